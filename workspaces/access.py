"""The one place that finds a workspace for a person. What they may not see does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from pixazo.prepared import Rows
from workspaces.models import Membership, Workspace

P = ParamSpec("P")


class WorkspaceRequest(HttpRequest):
    """What a view under `workspace_view` receives."""

    user: Any
    workspace: Workspace
    membership: Membership


def membership_of(user: Any, slug: str) -> Membership:
    """The membership by which `user` works in the workspace of that slug; 404 without one.

    One slug means one workspace to each person (`models/slugs.py`); a former slug leads where it
    did, unless it is another one's by now.
    """
    membership = _first(_NAMED, user, slug) or _first(_NAMED_BEFORE, user, slug)
    if membership is None:
        raise Http404
    return membership


def _first(rows: Rows[Membership], user: Any, slug: str) -> Membership | None:
    """Their own before one they were invited to, and that before a later one."""
    found = sorted(rows(user=user.pk, slug=slug), key=lambda each: not each.may_manage())
    return next(iter(found), None)


def workspace_view(
    view: Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Sign-in required; `slug` becomes `request.workspace` and `request.membership`, or 404."""

    @wraps(view)
    @login_required
    def inner(request: Any, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.membership = membership_of(request.user, slug)
        request.workspace = request.membership.workspace
        request.workspace.note_use(request.user)
        return view(request, *args, **kwargs)

    return inner


def managed_workspace_view(
    view: Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Like `workspace_view`, for what only the owner may do: for the others it is not there."""

    def inner(request: WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.membership.may_manage():
            raise Http404
        return view(request, *args, **kwargs)

    return wraps(view)(workspace_view(inner))


def _of(user: UUID) -> QuerySet[Membership]:
    rows = Membership.objects.filter(user=user).select_related("workspace")
    return rows.order_by("created", "id")


_NAMED: Rows[Membership] = Rows(
    lambda user, slug: _of(user).filter(workspace__slug=slug),
    planned_once=True,
    user=UUID,
    slug=str,
)
_NAMED_BEFORE: Rows[Membership] = Rows(
    lambda user, slug: _of(user).filter(workspace__former_slugs__slug=slug),
    planned_once=True,
    user=UUID,
    slug=str,
)
