"""`POST /api/image/<image_id>/verify`: draw a picture's recipe again and compare."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api import visible
from generation.api.answers import job_answer
from generation.estimate import tell
from generation.verify import verify
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.repeated import key_of
from pixazo.scopes import GENERATE


class Verify(Door):
    """Answers with the new job, as `/api/status` does; its `verdict` is there when it has ended."""

    scopes = {"POST": GENERATE}
    repeats = ("POST",)
    remembers_itself = True

    def post(self, request: DoorRequest, image_id: UUID) -> Response:
        images = visible.images(request.user).select_related(
            "workspace", "job__batch", "job__model"
        )
        image = get_object_or_404(images, pk=image_id)
        membership = get_object_or_404(image.workspace.memberships, user=request.user)
        if not membership.may_generate():
            sentence = _("You may look at this workspace, but not make pictures in it.")
            raise UserError(sentence, code="read_only", status=403)
        batch = verify(image, request.user, key_of(request), request.auth)
        job = batch.jobs.select_related("batch__workspace", "model").get()
        told = tell([job]).get(job.pk)
        return Response(job_answer(request, job, told), status=status.HTTP_202_ACCEPTED)
