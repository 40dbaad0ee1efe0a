"""The gallery: all of a person's pictures and those shared with them, found and acted on."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from generation.gallery import acting, archive, filters, moving, pages
from generation.gallery.counts import counts
from generation.gallery.filters import Filter, uuid_or_none
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image, SmartView, Upload
from pixazo.errors import UserError
from pixazo.ids import uuid7
from workspaces.telling_apart import labelled

MOST_CHOSEN = 1_000  # named one by one; more go by the filter
UPLOADS = 48
PLACES = 12  # workspaces beside the pictures, those used last


class NotThere(UserError):
    code = "not_found"
    status = 404


@require_GET
@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """A page, or with `after` the next rows as a fragment."""
    rooms, asked = Rooms.of(request.user), Filter.read(request.GET)
    return _page(request, rooms, asked, rooms.pictures(), "all")


@require_GET
@login_required
def trash(request: HttpRequest) -> HttpResponse:
    rooms, asked = Rooms.of(request.user), Filter.read(request.GET)
    return _page(request, rooms, asked, rooms.trash(), "trash")


@require_GET
@login_required
def uploads(request: HttpRequest) -> HttpResponse:
    """What was brought from outside, apart from what was made here (E7)."""
    rooms = Rooms.of(request.user)
    rows = Upload.objects.filter(workspace_id__in=rooms.all).exclude(origin=Upload.Origin.MASK)
    page = Paginator(rows.select_related("workspace"), UPLOADS).get_page(request.GET.get("page"))
    context = {"page": page, "tab": "uploads", **frame(request, rooms)}
    return render(request, "generation/gallery_uploads.html", context)


@require_POST
@login_required
def act(request: HttpRequest) -> HttpResponse:
    """`action` and `value`, on `ids` or on all that the `query` matches: how many were changed."""
    rooms = Rooms.of(request.user)
    action, value = request.POST.get("action", ""), request.POST.get("value", "")
    count = acting.act(action, value, _chosen(request, rooms), rooms)
    return JsonResponse({"count": count})


@require_POST
@login_required
def move(request: HttpRequest) -> HttpResponse:
    """Into the topic `value`; what was chosen comes as for `act`."""
    rooms = Rooms.of(request.user)
    value = request.POST.get("value", "")
    return JsonResponse(moving.move(value, _chosen(request, rooms), rooms))


@require_GET
@login_required
def destinations(request: HttpRequest) -> HttpResponse:
    """Topics to move pictures into, as the options of a list."""
    topics = moving.destinations(Rooms.of(request.user))
    return render(request, "generation/_gallery_topics.html", {"topics": topics})


@require_GET
@login_required
def models(request: HttpRequest) -> HttpResponse:
    """What pictures there are made by, as the options of a list."""
    names = filters.models(Rooms.of(request.user))
    return render(request, "generation/_gallery_models.html", {"names": names})


@require_POST
@login_required
def download(request: HttpRequest) -> HttpResponseBase:
    """The chosen pictures as a ZIP, or as a table (`as=csv`)."""
    images = _chosen(request, Rooms.of(request.user)).filter(deleted=None)
    return _download(request, images, f"pixazo-{now():%Y-%m-%d}")


@require_POST
@login_required
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep a search under a name; a name that is there is written anew."""
    name = " ".join(request.POST.get("name", "").split())[:100]
    query = Filter.read(QueryDict(request.POST.get("query", ""))).query
    if not name:
        raise UserError(_("A view needs a name."), code="invalid")
    user: Any = request.user
    SmartView.objects.update_or_create(owner=user, name=name, defaults={"query": query})
    return render(request, "generation/_smart_views.html", {"views": _views(request)})


@require_POST
@login_required
def forget_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    get_object_or_404(_views(request), pk=pk).delete()
    return render(request, "generation/_smart_views.html", {"views": _views(request)})


@require_POST
@login_required
def describe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A picture's alternative text, written by a person (D14)."""
    rooms = Rooms.of(request.user)
    image = get_object_or_404(rooms.markable(rooms.pictures()), pk=pk)
    acting.describe(image, request.POST.get("alt", ""))
    return JsonResponse({"alt": image.alt})


def _page(
    request: HttpRequest, rooms: Rooms, asked: Filter, images: QuerySet[Image], tab: str
) -> HttpResponse:
    after = request.GET.get("after", "")
    if tab == "all" and not asked.values:
        page = pages.newest(rooms.all, after)
    else:
        page = pages.page(asked.apply(images, rooms), asked.order, after)
    rooms.put_on(page.images)
    context = {"page": page, "filter": asked, "tab": tab}
    if request.GET.get("after"):
        return render(request, "generation/_gallery_rows.html", context)
    return render(request, "generation/gallery.html", context | frame(request, rooms))


def frame(request: HttpRequest, rooms: Rooms) -> dict[str, Any]:
    """What stands beside the pictures."""
    counted = counts(rooms)
    return {
        "counts": counted,
        "queue_counts": counted.queue,
        "views": _views(request),
        "rooms": rooms,
        "places": labelled(each.workspace for each in rooms.memberships[:PLACES]),
        "modes": Batch.Mode.choices,
        # What comes after this page was read is not among "all that match".
        "newest": uuid7(),
    }


def _views(request: HttpRequest) -> QuerySet[SmartView]:
    user: Any = request.user
    return SmartView.objects.filter(owner=user)


def _chosen(request: HttpRequest, rooms: Rooms) -> QuerySet[Image]:
    """By their ids; or all that match, but for those that came after the page was read."""
    there = Image.objects.filter(workspace_id__in=rooms.all)
    if "query" not in request.POST:
        pks = [uuid_or_none(text) for text in request.POST.getlist("ids")[:MOST_CHOSEN]]
        return there.filter(pk__in=[pk for pk in pks if pk])
    asked = Filter.read(QueryDict(request.POST["query"]))
    tab = rooms.trash() if request.POST.get("tab") == "trash" else rooms.pictures()
    until = uuid_or_none(request.POST.get("until", ""))
    matching = asked.apply(tab, rooms)
    return matching.filter(pk__lte=until) if until else matching


def _download(request: HttpRequest, images: QuerySet[Image], name: str) -> HttpResponseBase:
    if request.POST.get("as") == "csv":
        return archive.csv_of(request, images, name)
    if not images.exists():
        raise NotThere(_("There is nothing to download."))
    return archive.zip_of(request, images, name)
