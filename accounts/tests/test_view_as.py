"""Staff look at the site as a person: read only, written down, and over by itself."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.timezone import now

from accounts.models import StaffAct
from accounts.view_as import BEGAN, ENDED, KEY
from generation.models import Image
from generation.tests.engine import ask, draw_all
from pixazo.events import is_ended, permission_of
from pixazo.tests.cast import make_person
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.once]
STOP = "/account/staff/stop/"


def begin(client, person, reason="They asked why a picture is missing"):
    return client.post(f"/admin/accounts/user/{person.pk}/view-as/", {"reason": reason})


@pytest.fixture
def as_alice_seen(as_dora, alice, studio):
    """Dora, who looks at the site as Alice."""
    assert begin(as_dora, alice)["Location"] == "/"
    return as_dora


def acts(person):
    return list(
        StaffAct.objects.filter(person=person).order_by("id").values_list("what", flat=True)
    )


def test_staff_see_what_the_person_sees_and_a_bar_says_so(as_alice_seen):
    page = as_alice_seen.get("/w/studio/").content.decode()
    assert page.count("You see the site as <strong>alice</strong> does") == 1
    assert "as <strong>alice</strong>" in as_alice_seen.get("/account/").content.decode()
    assert "as <strong>alice</strong>" in as_alice_seen.get("/admin/").content.decode()


def test_without_it_the_workspace_is_closed_to_staff(as_dora, studio):
    assert as_dora.get("/w/studio/").status_code == 404


def test_nothing_can_be_changed(as_alice_seen, alice, studio):
    for method, address, body in (
        ("post", "/w/studio/edit/", {"name": "Dora was here"}),
        ("post", "/workspaces/new/", {"name": "Mine"}),
        ("patch", "/account/preferences/", {"theme": "light"}),
        ("delete", "/account/notices/", {}),
        ("post", "/account/logout/", {}),
        ("post", "/api/generate", {"prompt": "a fox"}),
    ):
        send = getattr(as_alice_seen, method)
        response = send(address, body, content_type="application/json")
        assert response.status_code == 403, address
        assert "can change nothing" in response.content.decode()
    studio.refresh_from_db()
    assert studio.name == "Studio"
    assert alice.preferences.count() == 0


@pytest.mark.parametrize("address", ["/w/studio/", "/w/studio/people/", "/image-playground/"])
def test_nothing_is_written_down_of_a_visit(as_alice_seen, studio, address):
    long_ago = now() - timedelta(days=3)
    Workspace.objects.update(last_used=long_ago)
    assert as_alice_seen.get(address, follow=True).status_code == 200
    assert Workspace.objects.get().last_used == long_ago


@pytest.mark.parametrize("address", ["/start/", "/image-playground/", "/api/topics"])
def test_no_first_workspace_is_made_for_them(as_dora, charlie, address):
    begin(as_dora, charlie)
    response = as_dora.get(address)
    assert response.status_code == 403
    assert "can change nothing" in response.content.decode()
    assert Workspace.objects.count() == 0


def test_addresses_that_open_a_picture_to_others_stay_closed(as_alice_seen, studio, painter):
    ask(studio, painter)
    draw_all()
    share = f"/w/studio/images/{Image.objects.get().pk}/share/"
    assert as_alice_seen.get(share).status_code == 403
    for root in ("/api", "/api/v1"):
        links = f"{root}/images/{Image.objects.get().pk}/links"
        for door in (links, f"{root}/webhook", f"{root}/webhook/deliveries"):
            assert as_alice_seen.get(door).status_code == 403
    as_alice_seen.post(STOP)
    assert as_alice_seen.get(share).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/account/email/",
        "/account/password/change/",
        "/account/keys/",
        "/account/services/",
        "/account/nothing-like-it/",
        "/billing/",
    ],
)
def test_what_is_the_persons_alone_stays_closed(as_alice_seen, address):
    response = as_alice_seen.get(address)
    assert response.status_code == 403
    page = response.content.decode()
    assert "alone" in page
    # No dead end: the bar is there, with the way out.
    assert "Stop looking</button>" in page
    assert "csrfmiddlewaretoken" in page


def test_on_their_own_pages_staff_are_themselves(as_alice_seen, bob):
    assert b"Signed in as <strong>dora</strong>" in as_alice_seen.get("/admin/").content
    assert as_alice_seen.get(f"/admin/accounts/user/{bob.pk}/change/").status_code == 200


def test_it_is_written_down_when_it_begins_and_when_it_ends(as_alice_seen, alice, dora):
    assert acts(alice) == [BEGAN]
    act = StaffAct.objects.get()
    assert (act.actor, act.reason) == (dora, "They asked why a picture is missing")
    assert as_alice_seen.post(STOP)["Location"].startswith("/admin/accounts/user/")
    assert acts(alice) == [BEGAN, ENDED]
    assert as_alice_seen.get("/w/studio/").status_code == 404


def test_it_ends_by_itself(as_alice_seen, alice):
    session = as_alice_seen.session
    session[KEY] = session[KEY] | {"until": (now() - timedelta(seconds=1)).isoformat()}
    session.save()
    assert as_alice_seen.get("/w/studio/").status_code == 404
    assert acts(alice) == [BEGAN, ENDED]


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": True}])
def test_it_ends_when_the_person_is_no_longer_one_to_be_looked_at(as_alice_seen, alice, change):
    for name, value in change.items():
        setattr(alice, name, value)
    alice.save()
    assert as_alice_seen.get("/w/studio/").status_code == 404


def test_it_ends_when_staff_may_no_longer(as_alice_seen, dora):
    dora.is_superuser = False
    dora.save()
    assert as_alice_seen.get("/w/studio/").status_code == 404


def test_nobody_looks_over_the_shoulder_of_staff(as_dora, dora):
    nina = make_person("nina", is_staff=True)
    root = make_person("root", is_superuser=True)
    for person in (nina, root, dora):
        assert begin(as_dora, person).status_code == 404
    assert StaffAct.objects.count() == 0


def test_staff_need_the_permission_and_a_reason(as_dora, alice):
    nina = make_person("nina", is_staff=True)
    nina.user_permissions.add(*Permission.objects.filter(codename="view_user"))
    as_nina = Client()
    as_nina.force_login(nina)
    assert begin(as_nina, alice).status_code == 404
    nina.user_permissions.add(Permission.objects.get(codename="view_as_person"))
    assert begin(as_nina, alice)["Location"] == "/"
    as_nina.post(STOP)
    assert begin(as_dora, alice, reason="  ")["Location"].startswith("/admin/")
    assert as_dora.get("/").status_code == 302 or b"view-as" not in as_dora.get("/").content


def test_people_have_nothing_to_stop(as_alice):
    assert as_alice.post(STOP)["Location"] == "/"
    assert as_alice.get(STOP).status_code == 405


def listening(client):
    page = client.get("/w/studio/").content.decode()
    return re.search(r'<event-stream [^>]*token="([^"]+)"', page)[1]


def test_what_they_may_listen_to_ends_with_the_look(as_alice_seen, as_alice):
    seen, own = permission_of(listening(as_alice_seen)), permission_of(listening(as_alice))
    assert not is_ended(seen)
    as_alice_seen.post(STOP)
    assert is_ended(seen)
    assert not is_ended(own)


def test_whoever_just_walks_away_hears_nothing_after_the_half_hour(
    as_dora, as_alice, alice, studio, time_machine
):
    """Without another request of theirs that would end it."""
    time_machine.move_to("2026-01-01T00:00Z")
    begin(as_dora, alice)
    time_machine.move_to("2026-01-01T00:20Z")
    seen, own = listening(as_dora), listening(as_alice)
    assert permission_of(seen).until <= now() + timedelta(minutes=10)
    time_machine.move_to("2026-01-01T00:29Z")
    assert as_dora.get("/events/since/0/", {"token": seen}).status_code == 200
    time_machine.move_to("2026-01-01T00:31Z")
    for path in ("/events/", "/events/since/0/"):
        assert as_dora.get(path, {"token": seen}).status_code == 403
    assert as_alice.get("/events/since/0/", {"token": own}).status_code == 200
