"""Staff's start page."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generation.figures import reading
from generation.models import Image, Job, Publication, Reason
from generation.tests.engine import ask, draw_all, without_cap
from pixazo.tests.cast import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _counted_anew():
    reading.forget()
    yield
    reading.forget()


def figure(page, title, label):
    part = next(each for each in page.context["parts"] if each.title == title)
    return next(each for each in part.figures if each.label == label)


@pytest.fixture
def drawn(studio, painter):
    without_cap(studio.owner)
    ask(studio, painter, count=2)
    draw_all()
    Job.objects.filter(pk=ask(studio, painter).jobs.get().pk).update(
        state="failed", error_code="worker_lost", finished=reading.now()
    )


def test_the_start_page_answers_what_staff_ask_first(drawn, as_dora):
    page = as_dora.get("/admin/")
    assert figure(page, "Pictures", "Made").value == "2"
    assert figure(page, "Pictures", "Failed").note == "33.3 %"
    assert figure(page, "Waiting", "Median").value.endswith(" s")
    assert figure(page, "People", "New").value == "3"
    assert figure(page, "Workers", "Alive").tone == "danger"
    assert b"worker_lost" in page.content
    assert b"Painter" in page.content


@pytest.mark.parametrize("period", ["day", "week", "month", "nonsense"])
def test_each_period_has_a_page(drawn, as_dora, period):
    page = as_dora.get("/admin/", {"period": period})
    assert page.context["period"].slug == (period if period != "nonsense" else "day")
    assert figure(page, "Pictures", "Made").value == "2"


def test_staff_are_told_what_they_may_see(drawn):
    nina = make_person("nina", is_staff=True)
    nina.user_permissions.add(Permission.objects.get(codename="view_worker"))
    client = Client()
    client.force_login(nina)
    assert [each.title for each in client.get("/admin/").context["parts"]] == ["Workers"]


def test_more_pictures_take_no_more_queries(drawn, as_dora, studio, painter):
    def queries():
        reading.forget()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            as_dora.get("/admin/?period=month")
        return len(asked)

    first = queries()
    for _ in range(3):
        ask(studio, painter, count=4)
    draw_all()
    assert queries() <= first


def test_who_may_only_look_at_cases_is_not_led_to_where_they_are_decided(client):
    nina = make_person("nina", is_staff=True)
    may = Permission.objects.get(codename="view_safetycase")
    nina.user_permissions.add(may)
    client.force_login(nina)
    desk = "/admin/generation/safetycase/moderate/"
    assert desk not in client.get("/admin/").content.decode()
    assert client.get(desk).status_code == 404
    nina.user_permissions.add(Permission.objects.get(codename="change_safetycase"))
    assert desk in client.get("/admin/").content.decode()


def test_staff_are_told_what_waits_for_the_public_gallery(drawn, as_alice, as_dora, alice):
    for image in Image.objects.all():
        fields = {"publish-level": "picture", "publish-names_author": "on"}
        as_alice.post(f"/w/studio/images/{image.pk}/publish/", fields)
    waiting = figure(as_dora.get("/admin/"), "Public gallery", "Waiting for the public gallery")
    assert (waiting.value, waiting.tone) == ("2", "warn")
    assert as_dora.get(waiting.link).context["cl"].result_count == 2
    desk = figure(as_dora.get("/admin/"), "Public gallery", "To decide").link
    assert as_dora.get(desk).context["left"] == 2
    first = Publication.objects.first()
    first.let_in(alice)
    first.complain(alice, Reason.OTHER, "")
    page = as_dora.get("/admin/")
    assert figure(page, "Public gallery", "Waiting for the public gallery").value == "1"
    complained = figure(page, "Public gallery", "Complained of")
    assert (complained.value, complained.tone) == ("1", "warn")
    assert as_dora.get(complained.link).context["cl"].result_count == 1
