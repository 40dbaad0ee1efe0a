"""A picture's links for people outside: made, looked at and revoked by those who may change it.

Whoever has made one revokes it even when they may change nothing here any more.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from generation.models import Image, Publication, ShareLink
from generation.views import found
from generation.views.explore.publishing import PublishForm
from workspaces.access import WorkspaceRequest, workspace_view


class ShareForm(forms.Form):
    level = forms.ChoiceField(
        label=gettext_lazy("What it shows"),
        choices=ShareLink.Level.choices,
        initial=ShareLink.Level.PICTURE,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it works"),
        choices=(
            ("", gettext_lazy("Until it is revoked")),
            ("1", gettext_lazy("For a day")),
            ("7", gettext_lazy("For a week")),
            ("30", gettext_lazy("For 30 days")),
        ),
        required=False,
        coerce=int,
        empty_value=None,
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        min_length=4,
        max_length=100,
        strip=False,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("Left empty, the address alone is enough."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password")
@workspace_view
def share(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    links = ShareLink.objects.filter(image=picture, revoked=None).select_related("author")
    if not (may_change := found.may_change(request, picture.job.batch)):
        links = links.filter(author=request.user)
        if request.method == "POST" or not links:
            raise found.not_yours()
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _made(request, picture, form.cleaned_data)
        messages.success(request, _("The link is made: it is the first of the list."))
        return redirect("image_share", request.workspace.slug, picture.pk)
    published = Publication.objects.filter(image=picture).first()
    context = {
        "workspace": request.workspace,
        "image": picture,
        "form": form if may_change else None,
        "may_change": may_change,
        "publication": published,
        "publish_form": PublishForm.of(published),
        "is_moderated": settings.PUBLIC_GALLERY == "moderated",
        "states": Publication.State,
        "links": [
            (link, request.build_absolute_uri(reverse("shared", args=[link.token])))
            for link in links
        ],
    }
    return render(request, "generation/share.html", context, status=400 if form.is_bound else 200)


@require_POST
@workspace_view
def revoke(request: WorkspaceRequest, pk: UUID, link: UUID) -> HttpResponse:
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    may_change = found.may_change(request, picture.job.batch)
    links = ShareLink.objects.filter(image=picture)
    if not may_change and not links.filter(pk=link, author=request.user).exists():
        raise found.not_yours()
    if get_object_or_404(links, pk=link).revoke():
        messages.success(request, _("The link is revoked: its address shows nothing any more."))
    if may_change or has_links(request, picture):
        return redirect("image_share", request.workspace.slug, picture.pk)
    return redirect("image", request.workspace.slug, picture.pk)


def has_links(request: WorkspaceRequest, picture: Image) -> bool:
    """Whether some of its links are this person's own, and not revoked."""
    links = ShareLink.objects.filter(image=picture, author=request.user, revoked=None)
    return links.exists()


def _made(request: WorkspaceRequest, picture: Image, chosen: dict[str, Any]) -> ShareLink:
    expires = now() + timedelta(days=chosen["days"]) if chosen["days"] else None
    try:
        return ShareLink.share(picture, request.user, chosen["level"], expires, chosen["password"])
    except Image.DoesNotExist:
        raise Http404 from None
