"""A deleted workspace rests in the trash: nobody sees it, and it comes back whole (S165)."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils.timezone import now

from billing.models import Account, Plan
from generation import collector
from generation.models import Batch, Image, Job, Publication, ShareLink
from generation.openai_dialect import files
from generation.storage import stored_keys
from generation.sweeper import sweep
from generation.tests.engine import ask, draw_all
from pixazo.errors import UserError
from workspaces import resting
from workspaces.joining import join
from workspaces.models import Invitation, Membership, Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def drawn(studio, painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    batch = ask(studio, painter)
    draw_all()
    return batch


def rows_of(place):
    """All that could be lost."""
    return {
        "members": list(
            place.memberships.order_by("created").values_list("user", "role", "created")
        ),
        "topics": list(place.topics.values_list("pk", "name", "deleted")),
        "pictures": list(Image.objects.filter(workspace=place).values()),
        "requests": list(Batch.objects.filter(workspace=place).values()),
        "place": Workspace.objects.filter(pk=place.pk).values().get(),
    }


def back(place):
    return f"/trash/workspaces/{place.pk}/restore/"


def test_it_comes_back_whole_and_until_then_is_there_for_nobody(
    as_alice, as_bob, as_charlie, studio, drawn
):
    image = Image.objects.get()
    before = rows_of(studio)
    said = as_alice.post("/w/studio/delete/", follow=True).content.decode()
    assert "“Studio” is in the trash." in said
    assert f'action="{back(studio)}"' in said
    for client in (as_alice, as_bob):
        assert client.get("/w/studio/").status_code == 404
        assert client.get(f"/api/v1/images/{image.pk}").status_code == 404
        assert client.get("/api/v1/workspaces").json()["workspaces"] == []
    assert "Studio" in as_alice.get("/trash/").content.decode()
    for client in (as_bob, as_charlie):
        assert "Studio" not in client.get("/trash/").content.decode()
        assert client.post(back(studio)).status_code == 404

    assert as_alice.post(back(studio)).url == "/workspaces/"
    assert rows_of(studio) == before
    assert as_bob.get("/w/studio/").status_code == 200
    assert as_alice.post(back(studio)).status_code == 404


def test_programs_put_it_there_and_have_it_back(as_alice, studio):
    assert as_alice.delete("/api/v1/workspaces/studio").status_code == 204
    (thing,) = as_alice.get("/api/v1/trash").json()["things"]
    assert (thing["kind"], thing["name"], thing["workspace"]) == ("workspaces", "Studio", None)
    assert as_alice.post(f"/api/v1/trash/workspaces/{thing['id']}/restore").status_code == 200
    assert as_alice.get("/api/v1/workspaces/studio").status_code == 200


def test_what_was_shown_to_strangers_is_not_meanwhile(client, alice, studio, drawn):
    image = Image.objects.get()
    link = ShareLink.share(image, alice, "picture", None)
    Publication.objects.create(image=image, author=alice, state=Publication.State.SHOWN)
    doors = (f"/s/{link.token}/", files.url_of(image, "png"), files.url_of(image, "jpeg"))
    for door in doors:
        assert client.get(door).status_code == 200
    resting.trash(studio)
    for door in doors:
        assert client.get(door).status_code == 404
    assert not Publication.objects.shown().exists()
    resting.restore(studio)
    for door in doors:
        assert client.get(door).status_code == 200
    assert Publication.objects.shown().exists()


def test_its_name_and_its_place_are_free_meanwhile(as_alice, alice, studio):
    Account.objects.of(alice)
    Plan.objects.filter(is_default=True).update(workspaces=1)
    resting.trash(studio)
    other = Workspace.found(alice, "Studio")
    page = as_alice.post(back(studio), follow=True).content.decode()
    assert "Your plan doesn&#x27;t let you own more workspaces." in page
    Plan.objects.filter(is_default=True).update(workspaces=2)
    assert as_alice.post(back(studio)).status_code == 302
    studio.refresh_from_db()
    assert (studio.name, studio.deleted) == ("Studio 2", None)
    assert other.slug != studio.slug


def test_where_a_member_got_another_one_of_its_address_it_gives_way(studio, alice, bob, charlie):
    resting.trash(studio)
    theirs = Workspace.found(charlie, "Studio")
    join(theirs, bob, Membership.Role.EDITOR)
    assert theirs.slug == "studio"
    resting.restore(studio)
    assert studio.slug != "studio"
    assert studio.former_slugs.get().slug == "studio"
    assert bob.memberships.filter(workspace__slug="studio").get().workspace == theirs


def test_nobody_comes_into_one_that_rests(studio, alice, charlie, as_charlie):
    invitation = Invitation(workspace=studio, email="charlie@example.org", role="viewer")
    token = invitation.renew(alice)
    invitation.save()
    letter, program = f"/invitations/{token}/", f"/api/v1/invitations/{token}/accept"
    assert as_charlie.get(letter).status_code == 200
    resting.trash(studio)
    said = as_charlie.get(letter)
    assert (said.status_code, "Studio" in said.text) == (404, False)
    for door in (f"{letter}accept/", program):
        assert as_charlie.post(door).status_code == 404
    with pytest.raises(Workspace.DoesNotExist):
        join(studio, charlie, "viewer")
    assert not Membership.objects.filter(workspace=studio).exists()


def test_after_thirty_days_rows_and_files_are_gone(studio, drawn, alice):
    other = Workspace.found(alice, "Other")
    resting.trash(other)
    resting.trash(studio)
    collector.collect()
    assert Workspace.objects.count() == 2
    Workspace.objects.filter(pk=studio.pk).update(deleted=now() - timedelta(days=31))
    clearance = collector.collect()
    assert clearance.removed["workspaces"]["rows"] == 1
    assert list(Workspace.objects.all()) == [other]
    assert not list(stored_keys())
    assert not Image.objects.exists()


def test_its_owner_deletes_it_for_good_and_its_storage_is_free(
    as_alice, as_bob, alice, bob, studio, drawn
):
    join(studio, bob, Membership.Role.EDITOR)
    resting.trash(studio)
    door, program = (
        f"/trash/workspaces/{studio.pk}/delete/",
        f"/api/v1/trash/workspaces/{studio.pk}",
    )
    assert f'action="{door}"' in as_alice.get("/trash/").text
    assert as_bob.post(door).status_code == as_bob.delete(program).status_code == 404
    assert Account.objects.of(alice).stored > 0
    page = as_alice.post(door, follow=True).text
    assert "“Studio” is deleted for good." in page
    assert not Workspace.objects.exists()
    assert not list(stored_keys())
    assert Account.objects.of(alice).stored == 0
    assert as_alice.post(door).status_code == as_alice.delete(program).status_code == 404


def test_one_that_is_in_use_is_no_ones_to_delete_for_good(as_alice, studio):
    assert as_alice.post(f"/trash/workspaces/{studio.pk}/delete/").status_code == 404
    assert as_alice.delete(f"/api/v1/trash/workspaces/{studio.pk}").status_code == 404
    resting.trash(studio)
    assert as_alice.delete(f"/api/v1/trash/workspaces/{studio.pk}").status_code == 204
    assert not Workspace.objects.exists()


def test_one_that_is_put_back_at_this_moment_stays_and_so_does_what_waits_there(studio, painter):
    resting.trash(studio)
    Workspace.objects.filter(pk=studio.pk).update(deleted=now() - timedelta(days=31))
    (found,) = Workspace.objects.thrown()
    resting.restore(studio)
    batch = ask(studio, painter)
    assert not found.delete_with_everything(thrown_before=now())
    assert Workspace.objects.get() == studio
    assert Job.objects.unfinished().get().batch == batch


def test_what_was_asked_for_at_the_moment_of_its_deletion_ends(studio, painter, alice):
    """Or its process was killed before it had ended what waits."""
    ask(studio, painter)
    Workspace.objects.filter(pk=studio.pk).update(deleted=now())
    sweep()
    assert not Job.objects.unfinished().exists()
    assert Account.objects.of(alice).held == 0


def test_work_that_can_not_be_ended_at_once_keeps_nobody_from_being_told(
    as_alice, studio, painter, alice, monkeypatch
):
    def fail(job):
        raise OperationalError("connection lost")

    ask(studio, painter)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Job, "cancel", fail)
        said = as_alice.post("/w/studio/delete/", follow=True).text
    assert "“Studio” is in the trash." in said
    sweep()
    assert not Job.objects.unfinished().exists()
    assert Account.objects.of(alice).held == 0


def test_who_left_the_site_meanwhile_is_not_back_and_the_others_are(studio, bob, alice):
    resting.trash(studio)
    bob.delete()
    resting.restore(studio)
    assert studio.memberships.get().user == alice


def test_the_second_of_two_puts_nothing_there(studio):
    assert resting.trash(studio)
    assert not resting.trash(studio)
    assert resting.restore(studio)
    assert not resting.restore(studio)


def test_a_name_given_away_at_this_moment_is_said_so(studio, alice, monkeypatch):
    resting.trash(studio)
    Workspace.found(alice, "Studio")
    monkeypatch.setattr(resting, "free_name", lambda name, taken: name)
    with pytest.raises(UserError, match="Try again"):
        resting.restore(studio)
    assert not studio.memberships.exists()
