"""A batch: asked for, shown, cancelled, put into the trash and back."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from generation import queue, remixes
from generation.expand import expand
from generation.gallery import archive
from generation.models import Batch, Image, Job
from generation.retry import retry as retry_job
from generation.submit import digest_of, submit_all, submitted_all
from generation.views import cards, form, found
from generation.views.answers import accepted
from pixazo.api import refusal
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models import Deed


class LookOnly(UserError):
    code = "look_only"
    status = 403


@require_POST
@workspace_view
def generate(request: WorkspaceRequest) -> HttpResponse:
    """Submit the form: 201 with the new cards, one for each prompt that it means, or an error that
    names the fields. `first`: to the front of one's own queue."""
    if not request.membership.may_generate():
        raise LookOnly(_("You may look at this workspace, but not draw in it."))
    try:
        batches = _submitted(request)
    except ValidationError as error:
        raise refusal(error) from None
    if request.POST.get("first"):
        queue.put_first(batches)
    return accepted(request, *batches)


@require_GET
@workspace_view
def batch(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    return _card(request, pk)


@require_GET
@workspace_view
def download(request: WorkspaceRequest, pk: UUID) -> HttpResponseBase:
    """All of its finished originals as one ZIP, with what they were made from (S355)."""
    batch = get_object_or_404(found.batches(request).visible(), pk=pk)
    images = Image.objects.visible().filter(job__batch=batch)
    if not images.exists():
        raise Http404
    return archive.zip_of(request, images, slugify(batch.prompt)[:60].strip("-") or "pictures")


@require_POST
@workspace_view
def cancel(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Stop what is not finished; what is finished stays."""
    batch = found.to_stop(request, found.batches(request).visible(), pk)
    # Whoever may change nothing here any more stops what they pay for, and no more.
    batch.cancel(None if found.may_change(request, batch) else request.user.pk)
    return _card(request, pk)


@require_POST
@workspace_view
def retry(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """What failed of it once more, all or none; whoever asks for it pays for it."""
    failed = found.to_change(request, found.batches(request).visible(), pk).jobs.filter(
        state=Job.State.FAILED
    )
    with transaction.atomic():
        for job in failed.select_related("batch", "model"):
            retry_job(job, request.user)
    return _card(request, pk)


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    batch = found.to_change(request, found.batches(request), pk)
    count = Image.objects.visible().filter(job__batch=batch).count()
    if batch.trash():
        Deed.tell(batch.workspace_id, Deed.Kind.THROWN, count=count)
    return HttpResponse(status=204)


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    batch = found.to_change(request, found.batches(request), pk)
    if batch.restore():
        count = Image.objects.visible().filter(job__batch=batch).count()
        Deed.tell(batch.workspace_id, Deed.Kind.BACK, count=count)
    return _card(request, pk)


def _submitted(request: WorkspaceRequest) -> list[Batch]:
    """The batches that this request made, also if it was sent before."""
    batch = form.batch_of(request)
    batch.idempotency_digest = digest_of(form.sent_in(request))
    if earlier := submitted_all(request.user, batch.idempotency_key, batch.idempotency_digest):
        return earlier
    batches = expand(batch, form.chosen_in(request), form.expected_in(request))
    shared = remixes.picture_of(request.POST.get("remix_of", ""), request.user)
    if shared is None:
        return submit_all(batches)
    with transaction.atomic():
        made = submit_all(batches)
        remixes.remember(shared, made)
    return made


def _card(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    context = {"workspace": request.workspace, "card": cards.card(request, pk)}
    return render(request, "generation/_batch.html", context)
