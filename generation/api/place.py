"""Where an API request's pictures go, and what is kept: where the caller may work."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from pixazo.errors import UserError
from workspaces.access import membership_of
from workspaces.models import Membership, Topic, Workspace
from workspaces.models.topic import topic_id as topic_id_of


def place_of(user: User, slug: str, topic_id: str) -> tuple[Workspace, Topic]:
    """By slug and topic id; without them where the caller worked last.

    What isn't theirs is refused in the same words as what doesn't exist.
    """
    workspace = _workspace(user, slug) if slug else Workspace.objects.home_of(user)
    return workspace, _topic(workspace, topic_id) if topic_id else workspace.default_topic


def place_to_keep(user: Any, slug: Any) -> Workspace | None:
    if slug is None or slug == "":
        return None
    if not isinstance(slug, str):
        raise UserError(
            _("`workspace` is a slug, or null for your own."),
            code="invalid",
            fields={"workspace": [_("Send its slug.")]},
        )
    try:
        return may_keep(membership_named(user, slug))
    except Http404:
        sentence = _("You have no workspace of that name. Send its slug.")
        fields = {"workspace": [sentence]}
        raise UserError(sentence, code="not_found", status=404, fields=fields) from None


def may_keep(membership: Membership) -> Workspace:
    if not membership.may_generate():
        sentence = _("You may look at this workspace, but not keep prompts in it.")
        raise UserError(sentence, code="read_only", status=403)
    return membership.workspace


def membership_named(user: Any, given: str) -> Membership:
    """By slug, or by id."""
    try:
        pk = UUID(given)
    except ValueError:
        # What isn't plain may not even be a text that a database takes.
        return membership_of(user, given if given.isascii() and given.isprintable() else "")
    rows = Membership.objects.filter(user=user, workspace=pk).select_related("workspace")
    return get_object_or_404(rows)


def _workspace(user: User, slug: str) -> Workspace:
    try:
        # A slug is plain ASCII; what isn't may not even be a text that a database takes.
        membership = membership_of(user, slug) if slug.isascii() and slug.isprintable() else None
    except Http404:
        membership = None
    if membership is None:
        raise _missing("workspace", _("You have no workspace of that name. Send its slug."))
    if not membership.may_generate():
        sentence = _("You may look at this workspace, but not make pictures in it.")
        raise UserError(sentence, code="read_only", status=403, fields={"workspace": [sentence]})
    return membership.workspace


def _topic(workspace: Workspace, topic_id: str) -> Topic:
    pk = topic_id_of(topic_id)
    topic = workspace.topics.living().filter(pk=pk).first() if pk else None
    if topic is None:
        raise _missing("topic", _("There is no such topic in this workspace. Send its id."))
    return topic


def _missing(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="not_found", status=404, fields={name: [sentence]})
