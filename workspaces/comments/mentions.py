"""Names in a comment (@alice): who is meant, and how its words are shown."""

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from workspaces.models import Workspace
from workspaces.models.comment import Comment

# Not within an address or a link, whose own @ names nobody here.
NAME = re.compile(r"(?<![\w@/.:-])@([A-Za-z0-9][A-Za-z0-9_-]{0,29})", re.ASCII)
MOST = 20  # in one comment
GONE = "@…"


def people_named(text: str, workspace: Workspace) -> list[Any]:
    """The members whose names stand in it, the first so many."""
    names = list(dict.fromkeys(name.lower() for name in NAME.findall(text)))[:MOST]
    if not names:
        return []
    found = {each.username.lower(): each for each in mentionable(workspace)}
    return [found[name] for name in names if name in found]


def mentionable(workspace: Workspace) -> QuerySet[Any]:
    """Who can be named there, by name."""
    people: Any = get_user_model().objects
    rows: QuerySet[Any] = people.filter(memberships__workspace=workspace, is_active=True).order_by(
        "username"
    )
    return rows


def worded(comment: Comment) -> SafeString:
    """Its text for a page: names of members stand out, addresses of the web are links."""
    known = {each.username.lower() for each in comment.mentioned.all()}
    parts: list[str] = []
    at = 0
    for name in NAME.finditer(comment.text):
        if name[1].lower() in known:
            parts += [_linked(comment.text[at : name.start()])]
            parts += [format_html('<b class="mention">{}</b>', name[0])]
            at = name.end()
    parts.append(_linked(comment.text[at:]))
    return mark_safe("".join(parts))  # noqa: S308  each part is escaped  # nosec B308 B703


def without(text: str, name: str) -> str:
    """The text without that person's name."""

    def other(found: re.Match[str]) -> str:
        return GONE if found[1].lower() == name.lower() else found[0]

    return NAME.sub(other, text)


def _linked(text: str) -> str:
    return str(urlize(text, nofollow=True, autoescape=True))
