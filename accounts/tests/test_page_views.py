"""Which pages people open is counted by name, and not of those who object."""

from datetime import timedelta

import pytest

from accounts import page_views
from accounts.models import PageView, Preference
from accounts.tasks import forget_page_views

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WENT = {"Sec-Fetch-Dest": "document"}


@pytest.fixture(autouse=True)
def _nothing_waits():
    page_views._waiting.clear()
    yield
    page_views._waiting.clear()


def counted():
    page_views.write()
    return sorted(PageView.objects.values_list("user__username", "page"))


def test_a_page_counts_once_an_hour(as_alice, as_bob, studio):
    for _ in range(2):
        as_alice.get("/gallery/", headers=WENT)
        counted()
    as_bob.get("/w/studio/", headers=WENT)
    assert counted() == [("alice", "gallery"), ("bob", "studio")]
    assert {field.name for field in PageView._meta.fields} == {"id", "user", "page", "at"}


@pytest.mark.parametrize("said", [{"DNT": "1"}, {"Sec-GPC": "1"}])
def test_a_browser_that_says_no_is_heard(as_alice, said):
    as_alice.get("/gallery/", headers=WENT | said)
    assert counted() == []


def test_who_objects_is_not_counted_and_what_was_is_deleted(as_alice):
    as_alice.get("/gallery/", headers=WENT)
    assert counted() == [("alice", "gallery")]
    no = {"page_views": False}
    as_alice.patch("/account/preferences/", no, content_type="application/json")
    as_alice.get("/gallery/", headers=WENT)
    assert counted() == []


def test_what_another_process_still_holds_of_who_objects_is_not_written(as_alice, alice):
    as_alice.get("/gallery/", headers=WENT)
    Preference.objects.remember(alice, {"page_views": False})
    assert counted() == []


def test_visitors_staff_fragments_and_refusals_are_not_counted(client, as_dora, as_alice):
    client.get("/", headers=WENT)
    as_dora.get("/gallery/", headers=WENT)
    as_alice.get("/gallery/")
    as_alice.get("/w/nowhere/", headers=WENT)
    assert counted() == []


def test_it_is_forgotten_after_some_weeks(as_alice, settings):
    as_alice.get("/gallery/", headers=WENT)
    counted()
    old = timedelta(days=settings.PAGE_VIEW_DAYS, hours=2)
    view = PageView.objects.get()
    PageView.objects.filter(pk=view.pk).update(at=view.at - old)
    forget_page_views()
    assert counted() == []
