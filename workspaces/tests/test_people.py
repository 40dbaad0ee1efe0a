"""The members of a workspace: another role, out, another owner; each at once and once."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Plan
from generation.models import Experiment, Image, Job, ShareLink
from generation.tests.engine import ask, at_once, draw_all
from generation.tests.experiments import begun
from pixazo.errors import UserError
from pixazo.events import is_ended, permission_of, stream_token
from pixazo.tests.cast import make_person
from workspaces import inviting, people
from workspaces.joining import join
from workspaces.models import Invitation, Membership, Workspace

pytestmark = pytest.mark.django_db

OWNER, EDITOR, VIEWER = Membership.Role.OWNER, Membership.Role.EDITOR, Membership.Role.VIEWER


@pytest.fixture(autouse=True)
def nobody_invited_before(db):
    cache.clear()


@pytest.fixture
def vera(studio, charlie):
    """Charlie, who may look."""
    return join(studio, charlie, VIEWER)


def membership(studio, name):
    return studio.memberships.select_related("user").get(user__username=name)


def press(client, studio, name, door, **body):
    return client.post(f"/w/studio/people/{membership(studio, name).pk}/{door}/", body)


def role_of(studio, name):
    return membership(studio, name).role


def test_everybody_there_sees_who_works_there(as_alice, as_bob, as_charlie, studio, vera):
    for client in (as_alice, as_bob, as_charlie):
        page = client.get("/w/studio/people/").content.decode()
        assert all(name in page for name in ("alice", "bob", "charlie", "Owner", "Viewer"))


def test_members_see_no_way_to_change_others_but_one_to_leave(as_alice, as_bob, studio):
    his, hers = (client.get("/w/studio/people/").content.decode() for client in (as_bob, as_alice))
    assert "/role/" not in his
    assert "/people/leave/" in his
    assert "/role/" in hers
    assert "/people/leave/" not in hers


def test_a_role_is_changed_and_counts_at_once(as_alice, as_bob, studio):
    press(as_alice, studio, "bob", "role", role="viewer")
    assert role_of(studio, "bob") == VIEWER
    assert as_bob.post("/w/studio/topics/new/").status_code == 403
    press(as_alice, studio, "bob", "role", role="editor")
    assert role_of(studio, "bob") == EDITOR


@pytest.mark.parametrize("role", ["owner", "", "admin"])
def test_there_are_no_other_roles_to_give(as_alice, studio, role):
    assert press(as_alice, studio, "bob", "role", role=role).status_code == 400
    assert role_of(studio, "bob") == EDITOR


def test_the_owners_own_role_stays(as_alice, studio):
    for door in ("role", "remove"):
        assert press(as_alice, studio, "alice", door, role="viewer").status_code == 409
    assert as_alice.post("/w/studio/people/leave/").status_code == 409
    assert role_of(studio, "alice") == OWNER


@pytest.mark.parametrize("door", ["role", "remove", "owner"])
@pytest.mark.parametrize("who", ["as_bob", "as_charlie"])
def test_only_the_owner_changes_others(request, studio, vera, door, who):
    client = request.getfixturevalue(who)
    for name in ("alice", "bob", "charlie"):
        assert press(client, studio, name, door, role="viewer").status_code == 404
    assert [role_of(studio, name) for name in ("alice", "bob")] == [OWNER, EDITOR]


def test_a_member_of_another_workspace_is_not_reached(as_charlie, studio, charlie):
    Workspace.found(charlie, "Elsewhere")
    pk = membership(studio, "bob").pk
    for door in ("role", "remove", "owner"):
        address = f"/w/elsewhere/people/{pk}/{door}/"
        assert as_charlie.post(address, {"role": "viewer"}).status_code == 404
    assert role_of(studio, "bob") == EDITOR


def test_whoever_is_removed_is_out_at_once_and_what_they_made_stays(
    as_alice, as_bob, studio, bob, painter, monkeypatch
):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    ask(studio, painter, bob)
    draw_all()
    image = Image.objects.get()
    link = ShareLink.share(image, bob, "picture", None)
    ask(studio, painter, bob)
    running = begun(studio, ("seed", "1,2"), author=bob)
    permission = permission_of(stream_token(studio.channel, bob.channel))
    assert as_bob.get(f"/{image.small}").status_code == 200

    press(as_alice, studio, "bob", "remove")
    for address in (
        "/w/studio/",
        "/w/studio/people/",
        f"/w/studio/images/{image.pk}/",
        f"/{image.small}",
        f"/api/image/{image.pk}",
        f"/api/status/{image.job_id}",
        f"/w/studio/experiments/{running.pk}/",
    ):
        assert as_bob.get(address).status_code == 404, address
    assert "Studio" not in as_bob.get("/workspaces/").content.decode()
    assert is_ended(permission)
    assert Client().get(f"/s/{link.token}/").status_code == 404
    assert as_alice.get(f"/w/studio/images/{image.pk}/").status_code == 200
    assert not Job.objects.unfinished().filter(author_id=bob.pk).exists()
    assert Experiment.objects.get(pk=running.pk).state == Experiment.State.STOPPED


def test_others_go_on_listening_and_working(as_alice, studio, alice, vera):
    permission = permission_of(stream_token(studio.channel, alice.channel))
    press(as_alice, studio, "bob", "remove")
    assert not is_ended(permission)
    assert role_of(studio, "charlie") == VIEWER


def test_whoever_was_removed_does_not_come_back_by_another_letter(as_alice, as_bob, studio, bob):
    as_alice.post("/w/studio/people/invite/", {"email": "bob@example.org", "role": "viewer"})
    press(as_alice, studio, "bob", "remove")
    with pytest.raises(UserError):
        inviting.accept(Invitation.objects.get(), bob)


def test_an_address_that_they_only_claim_is_not_uninvited_with_them(as_alice, as_bob, studio, bob):
    as_alice.post("/w/studio/people/invite/", {"email": "lena@example.org", "role": "viewer"})
    bob.emailaddress_set.create(email="lena@example.org", verified=False)
    as_bob.post("/w/studio/people/leave/")
    assert Invitation.objects.get().is_open


def test_somebody_leaves(as_bob, studio):
    page = as_bob.post("/w/studio/people/leave/", follow=True)
    assert "You have left “Studio”" in page.content.decode()
    assert as_bob.get("/w/studio/").status_code == 404


def test_the_workspace_is_handed_over(as_alice, as_bob, studio, bob):
    press(as_alice, studio, "bob", "owner")
    studio.refresh_from_db()
    assert studio.owner == bob
    assert [role_of(studio, name) for name in ("alice", "bob")] == [EDITOR, OWNER]
    assert as_bob.get("/w/studio/edit/").status_code == 200
    assert as_alice.get("/w/studio/edit/").status_code == 404
    assert as_alice.post("/w/studio/people/leave/").status_code == 302


def test_a_name_that_the_new_owner_has_already_gets_a_number(as_alice, studio, bob):
    Workspace.found(bob, "studio")
    press(as_alice, studio, "bob", "owner")
    studio.refresh_from_db()
    assert (studio.name, studio.slug) == ("Studio 2", "studio")
    assert not bob.workspaces.values("slug").exclude(slug__in=["studio", "studio-2"]).exists()


def test_nobody_whose_account_is_switched_off_becomes_the_owner(as_alice, studio, alice, bob):
    bob.is_active = False
    bob.save()
    answer = press(as_alice, studio, "bob", "owner")
    assert answer.status_code == 409
    assert "This account is switched off" in answer.content.decode()
    assert [role_of(studio, name) for name in ("alice", "bob")] == [OWNER, EDITOR]


def test_nobody_is_handed_more_workspaces_than_their_plan_lets_them_own(as_alice, studio, bob):
    Workspace.found(bob, "Mine")
    Plan.objects.filter(is_default=True).update(workspaces=1)
    answer = press(as_alice, studio, "bob", "owner")
    assert "Their plan doesn&#x27;t let them own more" in answer.content.decode()
    assert answer.status_code == 409
    assert role_of(studio, "bob") == EDITOR


def test_a_name_that_the_new_owner_gives_at_that_moment_is_said(
    as_alice, studio, alice, bob, monkeypatch
):
    free_name = people._free_name

    def chosen_and_then_taken(workspace):
        name = free_name(workspace)
        Workspace.found(bob, name)
        return name

    monkeypatch.setattr(people, "_free_name", chosen_and_then_taken)
    answer = press(as_alice, studio, "bob", "owner")
    assert answer.status_code == 409
    assert "They have just given another workspace this name" in answer.content.decode()
    studio.refresh_from_db()
    assert studio.owner == alice
    assert role_of(studio, "alice") == OWNER


@pytest.mark.django_db(transaction=True)
def test_handed_over_twice_at_once_it_has_one_owner(studio, alice, bob, charlie):
    join(studio, charlie, VIEWER)
    targets = [membership(studio, name) for name in ("bob", "charlie")]

    def do(number):
        people.hand_over(Workspace.objects.get(pk=studio.pk), alice, targets[number])

    failures = [each for each in at_once(2, do) if each is not None]
    assert [type(each).__name__ for each in failures] == ["Http404"]
    studio.refresh_from_db()
    assert studio.memberships.get(role=OWNER).user == studio.owner != alice


@pytest.mark.django_db(transaction=True)
def test_removed_and_made_the_owner_at_once_there_is_one_owner(studio, alice, bob):
    target = membership(studio, "bob")

    def do(number):
        if number:
            people.hand_over(Workspace.objects.get(pk=studio.pk), alice, target)
        else:
            people.remove(membership(studio, "bob"))

    failures = [each for each in at_once(2, do) if each is not None]
    assert len(failures) == 1
    studio.refresh_from_db()
    assert studio.memberships.get(role=OWNER).user == studio.owner


def test_many_people_cost_no_more_queries_than_few(as_alice, studio, alice):
    as_alice.get("/w/studio/people/")
    with CaptureQueriesContext(connection) as few:
        as_alice.get("/w/studio/people/")
    for number in range(4):
        join(studio, make_person(f"p{number}"), VIEWER)
        row = Invitation(workspace=studio, email=f"i{number}@example.org", role="viewer")
        row.renew(alice)
        row.save()
    with CaptureQueriesContext(connection) as many:
        as_alice.get("/w/studio/people/")
    assert len(many) <= len(few)


# The API


def api(client, method, path, **body):
    send = getattr(client, method)
    return send(f"/api/{path}", body or None, content_type="application/json")


def test_the_api_says_where_one_works_and_with_whom(as_bob, studio):
    (row,) = as_bob.get("/api/workspaces").json()["workspaces"]
    assert (row["slug"], row["role"], row["owner"]) == ("studio", "editor", "alice")
    for name in ("studio", str(studio.pk)):
        members = as_bob.get(f"/api/workspaces/{name}/members").json()["members"]
        assert [(each["name"], each["role"]) for each in members] == [
            ("alice", "owner"),
            ("bob", "editor"),
        ]


def test_the_api_invites_sends_again_withdraws_and_accepts(
    as_alice, as_bob, as_charlie, studio, mailoutbox
):
    made = api(
        as_alice,
        "post",
        "workspaces/studio/invitations",
        email="Charlie@example.org",
        role="viewer",
    )
    assert made.status_code == 201
    assert set(made.json()) == {"id", "email", "role", "sent", "expires"}
    listed = as_alice.get("/api/workspaces/studio/invitations").json()["invitations"]
    assert listed == [made.json()]
    one = f"workspaces/studio/invitations/{made.json()['id']}"
    assert as_bob.get("/api/workspaces/studio/invitations").status_code == 404
    assert api(as_bob, "delete", one).status_code == 404
    assert api(as_bob, "post", f"{one}/send").status_code == 404
    assert api(as_alice, "post", f"{one}/send").status_code == 200
    tokens = [letter.body.split("/invitations/")[1].split("/")[0] for letter in mailoutbox]
    assert api(as_charlie, "post", f"invitations/{tokens[0]}/accept").status_code == 404
    assert api(as_bob, "post", f"invitations/{tokens[1]}/accept").status_code == 403
    here = api(as_charlie, "post", f"invitations/{tokens[1]}/accept")
    assert here.json()["role"] == "viewer"
    assert api(as_charlie, "post", f"invitations/{tokens[1]}/accept").status_code == 410
    assert api(as_alice, "delete", one).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "x", "role": "viewer"},
        {"email": "a@example.org", "role": "owner"},
        {"email": ["a@example.org"], "role": "viewer"},
        {"email": "a@example.org", "role": "viewer", "who": "me"},
    ],
)
def test_the_api_refuses_what_is_no_invitation(as_alice, studio, body):
    assert api(as_alice, "post", "workspaces/studio/invitations", **body).status_code == 400


def test_the_api_changes_roles_hands_over_and_removes(as_alice, as_bob, as_charlie, studio, vera):
    bob, charlie = (
        f"workspaces/studio/members/{membership(studio, name).pk}" for name in ("bob", "charlie")
    )
    assert api(as_bob, "patch", charlie, role="editor").status_code == 404
    assert api(as_bob, "delete", charlie).status_code == 404
    assert api(as_alice, "patch", bob, role="king").status_code == 400
    assert api(as_alice, "patch", bob, role="viewer").json()["role"] == "viewer"
    assert api(as_charlie, "delete", charlie).status_code == 204
    assert as_charlie.get("/api/workspaces").json() == {"workspaces": [], "next": None}
    assert api(as_alice, "patch", bob, role="owner").json()["role"] == "owner"
    assert role_of(studio, "alice") == EDITOR
    assert api(as_bob, "delete", bob).status_code == 409
