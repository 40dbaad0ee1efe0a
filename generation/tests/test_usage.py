"""A person's own usage: by day and by model, as a page and as a file."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils.timezone import now

from generation.figures.rolling import roll_up
from generation.models import Job
from generation.tests.engine import ask, draw_all

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/account/usage/"


def table(client, days=7):
    response = client.get(PAGE, {"format": "csv", "days": days})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_what_was_drawn_today_is_there_at_once(as_alice, as_bob, studio, painter):
    assert "Nothing was drawn" in as_alice.get(PAGE).content.decode()
    ask(studio, painter, count=2)
    draw_all()
    page = as_alice.get(PAGE)
    assert (page.context["sum"].made, page.context["sum"].units) == (2, 2)
    assert "Painter" in page.content.decode()
    assert "$" not in page.content.decode()
    assert as_bob.get(PAGE).context["sum"].made == 0  # it is Alice's, though he works there


def test_earlier_days_come_from_what_was_added_up(as_alice, studio, painter):
    ask(studio, painter)
    draw_all()
    Job.objects.update(finished=now() - timedelta(days=3))
    roll_up()
    assert as_alice.get(PAGE).context["sum"].made == 1
    assert [row["pictures"] for row in table(as_alice)] == ["1"]
    for days, points in (("7", 7), ("30", 30), ("365", 13), ("nonsense", 30)):
        assert abs(len(as_alice.get(PAGE, {"days": days}).context["by_time"]) - points) <= 1


def test_a_day_is_not_counted_twice(as_alice, studio, painter):
    ask(studio, painter)
    draw_all()
    roll_up()
    (row,) = table(as_alice)
    assert (row["model"], row["pictures"], row["units"]) == ("painter", "1", "1")
    assert row["day"] == now().date().isoformat()
