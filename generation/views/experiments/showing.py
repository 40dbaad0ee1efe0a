"""A person's experiments, and one of them with what can be done to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from generation.experiments import running, trash
from generation.experiments.create import ceiling
from generation.experiments.retrying import retry_failed
from generation.gallery import archive
from generation.models import Cell, Experiment, Image
from generation.thumbnails import address
from generation.views.experiments import board, found
from pixazo.errors import UserError
from pixazo.events import stream_token
from pixazo.undo import say_undoable
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models import Membership
from workspaces.telling_apart import labelled

PAGE = 20


class NothingYet(UserError):
    code = "not_found"
    status = 404


@require_GET
@login_required
def experiments(request: HttpRequest) -> HttpResponse:
    """One's own, in all workspaces that one still works in, the newest first."""
    user: Any = request.user
    rooms = Membership.objects.filter(user=user).select_related("workspace")
    rooms = rooms.order_by("-workspace__last_used")
    mine = Experiment.objects.living().filter(
        author=user, workspace__in=[each.workspace_id for each in rooms]
    )
    picture = Image.objects.visible().filter(job__batch__cell__experiment=OuterRef("pk"))
    rows = mine.select_related("workspace").annotate(
        made=Count("cells", filter=Q(cells__state=Cell.State.MADE)),
        small=Subquery(picture.order_by("id").values("small")[:1]),
    )
    page = Paginator(rows.order_by("-id"), PAGE).get_page(request.GET.get("page"))
    each: Any
    for each in page:
        each.small_url = address(each.small) if each.small else ""
    places = labelled(each.workspace for each in rooms if each.may_generate())
    context = {"page": page, "places": places}
    return render(request, "generation/experiments/index.html", context)


@require_GET
@cache_control(private=True, no_cache=True)
@vary_on_headers("X-Requested-With")
@workspace_view
def experiment(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """The page; fetched by its script, the board alone."""
    row = found.experiment(request, pk)
    context = {"workspace": request.workspace, "board": board.board(request, row)}
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "generation/experiments/_board.html", context)
    context["may_generate"] = request.membership.may_generate()
    context["token"] = stream_token(request.workspace.channel, request.user.channel)
    return render(request, "generation/experiments/experiment.html", context)


@require_GET
@workspace_view
def cell(request: WorkspaceRequest, pk: UUID, place: int) -> HttpResponse:
    row = found.experiment(request, pk)
    one = get_object_or_404(found.cells(row.cells.all()), place=place)
    shown = board.shown(request, row, [one])[0]
    context = {"workspace": request.workspace, "shown": shown, "experiment": row}
    return render(request, "generation/experiments/_cell.html", context)


@require_POST
@workspace_view
def pause(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    running.pause(row := found.to_change(request, pk))
    return _back(request, row)


@require_POST
@workspace_view
def resume(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = found.to_change(request, pk)
    found.to_draw(request)
    running.check_may_resume(row, request.user)
    given = request.POST.get("ceiling")
    running.resume(row, ceiling(given, row.ceiling) if given else None)
    return _back(request, row)


@require_POST
@workspace_view
def stop(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    running.stop(row := found.to_change(request, pk))
    return _back(request, row)


@require_POST
@workspace_view
def retry(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """All that failed once more; whoever asks for it pays for it."""
    row = found.to_change(request, pk)
    found.to_draw(request)
    tried = retry_failed(row, request.user)
    level = messages.SUCCESS if tried.is_whole else messages.WARNING
    messages.add_message(request, level, tried.sentence)
    return _back(request, row)


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """The experiment goes into the trash, its pictures stay."""
    row = found.to_change(request, pk)
    trash.put(row)
    sentence = _("“%(name)s” is in the trash. Its pictures stay.") % {"name": row.title}
    back = reverse("experiment_restore", args=[request.workspace.slug, row.pk])
    say_undoable(request, sentence, back)
    return redirect("experiments")


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """As it was, but stopped: whoever wants more of it lets it go on."""
    row = found.to_change(request, pk, in_trash=True)
    row.restore()
    messages.success(request, _("“%(name)s” is back.") % {"name": row.title})
    return redirect(reverse("experiment", args=[request.workspace.slug, row.pk]))


@require_GET
@workspace_view
def download(request: WorkspaceRequest, pk: UUID) -> HttpResponseBase:
    """Its pictures as one ZIP, or `?as=csv` as a table."""
    row = found.experiment(request, pk)
    images: Any = Image.objects.visible().filter(job__batch__cell__experiment=row)
    if not images.exists():
        raise NothingYet(_("There is nothing to download yet."))
    name = slugify(row.title)[:60].strip("-") or "experiment"
    if request.GET.get("as") == "csv":
        return archive.csv_of(request, images, name)
    return archive.zip_of(request, images, name)


def _back(request: WorkspaceRequest, row: Experiment) -> HttpResponse:
    """To the page, arranged as it was."""
    if request.headers.get("X-Requested-With") == "fetch":
        row = found.experiment(request, row.pk)
        context = {"workspace": request.workspace, "board": board.board(request, row)}
        return render(request, "generation/experiments/_board.html", context)
    query = request.GET.urlencode()
    address = reverse("experiment", args=[request.workspace.slug, row.pk])
    return redirect(f"{address}?{query}" if query else address)
