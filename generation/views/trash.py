"""The part of the trash that holds no pictures: what lies there, and back with it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generation import trash
from generation.gallery.rooms import Rooms
from generation.views.gallery import frame
from pixazo.errors import UserError
from pixazo.texts.kept import shown
from workspaces import resting


@require_safe
@login_required
def things(request: HttpRequest) -> HttpResponse:
    rooms = Rooms.of(request.user)
    context = {"things": trash.thrown_by(rooms), "tab": "things", **frame(request, rooms)}
    return render(request, "generation/trash.html", context)


@require_POST
@login_required
def restore(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Back to where it was; the page stays, for whoever wants more of it back."""
    thrown = trash.find(Rooms.of(request.user), kind, pk)
    try:
        thrown.put_back()
    except UserError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("“%(name)s” is back.") % {"name": shown(thrown.name)})
        if thrown.kind == "workspaces":
            return redirect("workspaces")
    return redirect("trash")


@require_POST
@login_required
def purge_workspace(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For good: until then its pictures take of its owner's storage, as all that is thrown away."""
    workspace = trash.thrown_workspace(request.user, pk)
    if not resting.purge(workspace):
        raise Http404
    messages.success(request, _("“%(name)s” is deleted for good.") % {"name": workspace.name})
    return redirect("trash")
