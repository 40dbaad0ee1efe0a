"""One way to page through all lists."""

from base64 import urlsafe_b64encode

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from pixazo import paging
from pixazo.errors import UserError
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def asked(**query):
    return Request(RequestFactory().get("/api/v1/things", query))


def pages(by, **query):
    seen, more = [], "?"
    while more:
        rows, more = paging.page(asked(limit=2, **query), Workspace.objects.all(), by)
        seen += rows
        query = dict(pair.split("=") for pair in more.partition("?")[2].split("&")) if more else {}
        query.pop("limit", None)
    return seen


@pytest.mark.parametrize("by", [["id"], ["-id"], ["-last_used", "id"], ["description", "-id"]])
def test_every_row_comes_once_in_its_order(alice, by):
    for number in range(7):
        Workspace.found(alice, f"W{number}", "same" if number % 3 else "other")
    found = pages(by)
    assert found == list(Workspace.objects.order_by(*by))
    assert len(found) >= 7


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "!", "bnVsbA", "W10", "WyJ4Il0", "W251bGxd", "é" * 30, "W1tdXQ"),
        urlsafe_b64encode(b'["\\ud800"]').decode(),
        urlsafe_b64encode(b"[" * 700).decode(),
    ],
)
def test_a_cursor_that_nobody_gave_is_refused(cursor):
    with pytest.raises(UserError, match="next"):
        paging.page(asked(cursor=cursor), Workspace.objects.all(), ["id"])


@pytest.mark.parametrize("limit", ["0", "-1", "x", "201", "\N{FULLWIDTH DIGIT ONE}", ""])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(UserError, match="limit"):
        paging.page(asked(limit=limit), Workspace.objects.all(), ["id"])
