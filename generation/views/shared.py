"""What a share link shows whoever has its address: one picture, and no more than the link says."""

from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from generation import lineage, remixes
from generation.models import Image, ShareLink
from generation.views import disclosed
from pixazo.rationing import takes_place
from pixazo.signing_in import signed_in_to
from workspaces.models import Membership, Workspace

Response = TypeVar("Response", bound=HttpResponseBase)

SALT = "generation.shared"
OPEN_SECONDS = 24 * 3600  # how long a browser need not be asked for the password again
TRIES, TRY_SECONDS = 10, 300


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=100,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off", "autofocus": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def shared(request: HttpRequest, token: str) -> HttpResponse:
    link = _living(token)
    if not _is_open(request, link):
        response = _private(_asked(request, link, token))
        # Without a referrer a browser sends no origin either, and its form is taken for forged.
        response["Referrer-Policy"] = "same-origin"
        return response
    if request.method == "GET" and not _works_there(request.user, link):
        link.count_view()
    settings_used = list(lineage.known(link.image)) if link.shows_recipe else []
    context = {"link": link, "image": link.image, "token": token, "settings": settings_used}
    return _private(render(request, "generation/shared.html", context))


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The rendition that the page shows. Inside it says nothing of how it was made."""
    link = _seen(request, token)
    return _private(disclosed.rendition(request, link.image, link))


@require_safe
def original(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file in full size; with the recipe inside only where the link shows that."""
    link = _seen(request, token)
    return _private(disclosed.original(request, link.image, link))


@require_safe
@signed_in_to(remixes.WHY)
def remix(request: HttpRequest, token: str) -> HttpResponse:
    """To one's own studio, with its settings in the form."""
    link = _seen(request, token)
    if not link.may_be_remixed:
        raise Http404
    user: Any = request.user
    home = Workspace.objects.home_of(user)
    return _private(redirect(f"{home.get_absolute_url()}?remix={remixes.word_of(link, user)}"))


def _seen(request: HttpRequest, token: str) -> ShareLink:
    link = _living(token)
    if not _is_open(request, link):
        raise Http404
    return link


def _living(token: str) -> ShareLink:
    """404 for what never was, is over or revoked, and for a picture in the trash: all the same."""
    links = ShareLink.objects.living().of_token(token)
    link = links.select_related("image__job__batch", "image__workspace").first()
    if link is None or not Image.objects.visible().filter(pk=link.image_id).exists():
        raise Http404
    return link


def _asked(request: HttpRequest, link: ShareLink, token: str) -> HttpResponse:
    """The page that asks for the password; with the right one, back to the picture."""
    form = PasswordForm(request.POST or None)
    status = 200
    if form.is_bound and form.is_valid():
        if not takes_place(f"shared:{link.pk}", TRIES, TRY_SECONDS):
            form.add_error("password", _("Too many tries. Please wait five minutes."))
            status = 429
        elif link.has_password(form.cleaned_data["password"]):
            return _opened(redirect("shared", token), link)
        else:
            form.add_error("password", _("This is not the password."))
            status = 403
    return render(request, "generation/shared_locked.html", {"form": form}, status=status)


def _is_open(request: HttpRequest, link: ShareLink) -> bool:
    if not link.password or _works_there(request.user, link):
        return True
    try:
        known = signing.loads(
            request.COOKIES.get(_cookie(link), ""), salt=SALT, max_age=OPEN_SECONDS
        )
    except signing.BadSignature:
        return False
    return bool(known == link.pk.hex)


def _opened(response: HttpResponseRedirect, link: ShareLink) -> HttpResponse:
    response.set_cookie(
        _cookie(link),
        signing.dumps(link.pk.hex, salt=SALT),
        max_age=OPEN_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _cookie(link: ShareLink) -> str:
    """Each link has its own, as all are sent to every address of the site."""
    return f"{settings.COOKIE_PREFIX}shared-{link.pk.hex}"


def _works_there(user: Any, link: ShareLink) -> bool:
    """Members know the picture anyway, and whoever made the link is no visitor of it."""
    if not user.is_authenticated:
        return False
    return Membership.objects.filter(workspace=link.image.workspace_id, user=user).exists()


def _private(response: Response) -> Response:
    """The address is the permission: it goes to nobody else and into no index."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    return response
