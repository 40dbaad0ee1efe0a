"""Stored pictures by their key, for those who may see the workspace they belong to (S050)."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from generation.models import Image
from generation.serving import SIZES, serve
from workspaces.models import Membership, Workspace


@require_GET
@login_required
def generated(request: HttpRequest, key: str) -> HttpResponseBase:
    """The key is looked up in the rows and never made into a path: nothing else can be reached."""
    key = f"generated/{key}"
    # The original's key is the indexed one, and its renditions share its name up to the first dot.
    folder, _, name = key.rpartition("/")
    original = f"{folder}/{name.partition('.')[0]}.png"
    mine = Image.objects.filter(workspace__in=Workspace.objects.visible_to(request.user))
    image = get_object_or_404(mine.select_related("job__batch"), original=original)
    batch = image.job.batch
    if image.deleted or batch.deleted:
        # In the trash it is seen by whoever may put it back.
        rows = Membership.objects.filter(user=request.user.pk, workspace=image.workspace_id)
        membership = get_object_or_404(rows)
        if not membership.may_change(batch.author_id):
            raise Http404
    for size in SIZES:
        if getattr(image, size) == key:
            return serve(request, image, size)
    raise Http404
