"""From a picture's own page: into the public gallery, out of it, and an objection to staff's no."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from generation.models import Image, Publication
from generation.models.disclosure import Disclosure
from generation.views import found
from generation.views.explore.showing import public_view
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view


class PublishForm(forms.Form):
    prefix = "publish"

    level = forms.ChoiceField(
        label=gettext_lazy("What everybody sees"),
        choices=Disclosure.choices,
        initial=Disclosure.PICTURE,
        widget=forms.RadioSelect,
    )
    names_author = forms.BooleanField(label=gettext_lazy("With my name"), required=False)

    @classmethod
    def of(cls, row: Publication | None) -> "PublishForm":
        """As it was chosen before."""
        known = {"level": row.level, "names_author": row.names_author} if row else None
        return cls(initial=known)


@require_POST
@public_view
@workspace_view
def publish(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    picture = found.to_change(request, found.images(request).visible(), pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        sentence = _("Choose what everybody sees.")
        raise UserError(sentence, code="invalid", fields={"level": [sentence]})
    chosen = form.cleaned_data
    try:
        row = Publication.publish(picture, request.user, chosen["level"], chosen["names_author"])
    except Image.DoesNotExist:
        raise Http404 from None
    if row.state == Publication.State.SHOWN:
        messages.success(request, _("Everybody sees it in the public gallery."))
    else:
        messages.success(request, _("Staff look at it first. Then everybody sees it."))
    return redirect("image_share", request.workspace.slug, picture.pk)


@require_POST
@public_view
@workspace_view
def withdraw(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    picture, row = _published(request, pk)
    if row.withdraw():
        messages.success(request, _("It is in the public gallery no longer."))
    return redirect("image_share", request.workspace.slug, picture.pk)


@require_POST
@public_view
@workspace_view
def appeal(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    picture, row = _published(request, pk)
    text = request.POST.get("text", "").strip()
    if not text:
        sentence = _("Say why it should be shown: staff read it.")
        raise UserError(sentence, code="invalid", fields={"text": [sentence]})
    if row.object_to(text):
        messages.success(request, _("Staff will look at it again. You find their answer here."))
    else:
        messages.info(request, _("Staff have been asked about this already, or let it in."))
    return redirect("image_share", request.workspace.slug, picture.pk)


def _published(request: WorkspaceRequest, pk: UUID) -> tuple[Image, Publication]:
    picture = found.to_change(request, found.images(request), pk)
    return picture, get_object_or_404(Publication, image=picture)
