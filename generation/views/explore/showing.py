"""The public gallery's pages and pictures, for everybody."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from generation import lineage, remixes
from generation.models import Image, Like, Publication, Reason
from generation.models.publication import ORDERS
from generation.views import disclosed
from pixazo.public.seo import Page
from pixazo.signing_in import signed_in_to
from workspaces.models import Workspace

P = ParamSpec("P")

PAGE = 48
ABOUT = Page(
    gettext_lazy("Explore"), gettext_lazy("Pictures that people made here and show to everybody.")
)


def public_view(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Where the operator wants no public gallery, there is none."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if settings.PUBLIC_GALLERY == "off":
            raise Http404
        return view(request, *args, **kwargs)

    return inner


@require_safe
@public_view
def explore(request: HttpRequest) -> HttpResponse:
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "newest"
    rows = Publication.objects.shown().select_related("image", "author").order_by(*ORDERS[order])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "seo": ABOUT,
        "page": page,
        "order": order,
        "liked": _liked(request, [row.pk for row in page.object_list]),
    }
    return render(request, "generation/explore/index.html", context)


@require_safe
@public_view
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = shown_row(pk)
    context = {
        "row": row,
        "image": row.image,
        "settings": list(lineage.known(_image(row))) if row.shows_recipe else [],
        "is_liked": row.pk in _liked(request, [row.pk]),
        "reasons": Reason.choices,
        "is_mine": row.author_id == request.user.pk,
    }
    return render(request, "generation/explore/one.html", context)


@require_safe
@public_view
def picture(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    row = shown_row(pk)
    return disclosed.rendition(request, _image(row), row)


@require_safe
@public_view
def small(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    row = shown_row(pk)
    return disclosed.rendition(request, _image(row), row, "small")


@require_safe
@public_view
def original(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    row = shown_row(pk)
    return disclosed.original(request, _image(row), row)


@require_safe
@public_view
@signed_in_to(remixes.WHY)
def remix(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To one's own studio, with its settings in the form."""
    row = shown_row(pk)
    if not row.may_be_remixed:
        raise Http404
    user: Any = request.user
    home = Workspace.objects.home_of(user)
    return redirect(f"{home.get_absolute_url()}?remix={remixes.word_of(row, user)}")


def shown_row(pk: UUID) -> Publication:
    """404 for what is not shown to everybody at this moment, whoever asks."""
    rows = Publication.objects.shown().select_related("image__job__batch", "author")
    row: Publication = get_object_or_404(rows, pk=pk)
    return row


def _image(row: Publication) -> Image:
    if row.image is None:  # deleted for good at this moment
        raise Http404
    return row.image


def _liked(request: HttpRequest, pks: list[UUID]) -> set[Any]:
    if not request.user.is_authenticated:
        return set()
    rows = Like.objects.filter(user=request.user, publication__in=pks)
    return set(rows.values_list("publication_id", flat=True))
