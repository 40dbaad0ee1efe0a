"""Workspaces: made, listed, renamed and deleted by their owner; not there for strangers."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from billing.models import Account, Plan
from generation.tests.engine import at_once
from workspaces.models import Membership, Theme, Workspace

pytestmark = pytest.mark.django_db


def make(client, name, **fields):
    return client.post("/workspaces/new/", {"name": name, **fields})


def names_on(page):
    return [workspace.name for workspace in page.context["page"]]


def test_a_new_workspace_leads_to_its_studio(as_alice, alice):
    assert make(as_alice, "Northern coast", description="Low light").url == "/w/northern-coast/"
    workspace = Workspace.objects.get()
    assert workspace.owner == alice
    assert workspace.memberships.get().role == Membership.Role.OWNER
    assert workspace.topics.get() == workspace.default_topic


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Single Portraits of Highest Quality", "single-portraits-of-highest-quality"),
        ("a/b\\c", "abc"),
        ("../../etc/passwd", "etcpasswd"),
        ("🎨 Paint 🎨", "paint"),
        ("🎨🎨", "workspace"),
        ("///", "workspace"),
        ("   spaces   everywhere  ", "spaces-everywhere"),
        ("Größe & Maß", "groe-ma"),
        ("日本語", "workspace"),
        ("con\tline\nbreak", "con-line-break"),
        ("-_-", "workspace"),
        ("x" * 100, "x" * 56),
    ],
)
def test_every_name_gets_a_slug_that_is_safe_in_paths_and_addresses(as_alice, name, slug):
    assert make(as_alice, name).url == f"/w/{slug}/"


def test_names_that_give_the_same_slug_are_numbered(as_alice):
    slugs = [make(as_alice, name).url for name in ("A!", "A?", "A.")]
    assert slugs == ["/w/a/", "/w/a-2/", "/w/a-3/"]


def test_two_people_may_use_the_same_slug_and_each_finds_their_own(as_alice, as_bob):
    make(as_alice, "Coast")
    make(as_bob, "Coast")
    as_alice.post("/w/coast/edit/", {"name": "Alice's coast"})
    assert set(Workspace.objects.values_list("owner__username", "name")) == {
        ("alice", "Alice's coast"),
        ("bob", "Coast"),
    }


@pytest.mark.parametrize("name", ["Coast", "coast", " COAST  "])
def test_a_name_one_has_already_is_refused_with_a_sentence(as_alice, name):
    make(as_alice, "Coast")
    page = make(as_alice, name)
    assert "You already have a workspace of this name." in page.content.decode()
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 101])
def test_a_name_that_can_not_be_read_is_refused(as_alice, name):
    assert make(as_alice, name).status_code == 200
    assert not Workspace.objects.exists()


@pytest.mark.parametrize("name", ["", "\x00", "\ud800", "x" * 101])
def test_other_doors_get_a_sentence_for_such_names_too(alice, name):
    with pytest.raises(ValidationError):
        Workspace.found(alice, name)


def test_renaming_keeps_the_address(as_alice, alice):
    make(as_alice, "Coast")
    assert as_alice.post("/w/coast/edit/", {"name": "Desert", "description": "Dry"}).url
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.slug, workspace.description) == ("Desert", "coast", "Dry")


def test_renaming_to_a_name_one_has_is_refused_and_changes_nothing(as_alice):
    make(as_alice, "Coast")
    make(as_alice, "Desert")
    page = as_alice.post("/w/coast/edit/", {"name": "desert"})
    assert "You already have a workspace of this name." in page.content.decode()
    assert page.context["known"]["name"] == "Coast"
    assert set(Workspace.objects.values_list("name", flat=True)) == {"Coast", "Desert"}


def test_saving_without_a_change_is_fine(as_alice):
    make(as_alice, "Coast")
    assert as_alice.post("/w/coast/edit/", {"name": "Coast"}).url == "/workspaces/"


def test_the_list_shows_what_one_works_in_last_used_first(as_bob, as_alice, studio):
    make(as_bob, "Bobs own")
    make(as_alice, "Not for Bob")
    page = as_bob.get("/workspaces/")
    assert names_on(page) == ["Bobs own", "Studio"]
    assert "alice, shared with you" in page.content.decode()


def test_a_card_says_how_much_is_in_it_and_who_works_there(as_alice, studio, alice):
    studio.topics.create(name="Boats")
    studio.topics.create(name="Gone", deleted=now())
    studio.description = "For the exhibition"
    studio.theme = Theme.objects.create(workspace=studio, name="Low sun")
    studio.save()
    make(as_alice, "Alone")
    living = studio.topics.living().count()
    page = " ".join(as_alice.get("/workspaces/").content.decode().split())
    assert f"{living} topics · " in page
    assert "Low sun · You and 1 other · For the exhibition" in page
    assert "Only you" in page


def test_the_list_can_be_searched_and_ordered(as_alice):
    for name in ("Cedar", "birch", "Aspen", "Beech"):
        make(as_alice, name)
    assert names_on(as_alice.get("/workspaces/")) == ["Beech", "Aspen", "birch", "Cedar"]
    assert names_on(as_alice.get("/workspaces/?order=name")) == [
        "Aspen",
        "Beech",
        "birch",
        "Cedar",
    ]
    assert names_on(as_alice.get("/workspaces/?q=BE")) == ["Beech"]
    assert names_on(as_alice.get("/workspaces/?order=sql&page=999"))
    nothing = as_alice.get("/workspaces/?q=%25").content.decode()
    assert "No workspace is called “%”" in nothing


def test_a_plan_bounds_how_many_workspaces_one_owns(as_alice, alice):
    Workspace.found(alice, "One")
    Plan.objects.filter(is_default=True).update(workspaces=2)
    assert as_alice.post("/workspaces/new/", {"name": "Two"}).status_code == 302
    page = as_alice.post("/workspaces/new/", {"name": "Three"}).content.decode()
    assert "Your plan doesn&#x27;t let you own more workspaces." in page
    assert alice.workspaces.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_found_no_more_than_the_plan_lets(alice):
    Account.objects.of(alice)
    Plan.objects.filter(is_default=True).update(workspaces=2)

    def found(number):
        try:
            return Workspace.found(alice, f"Place {number}").name
        except ValidationError:
            return None

    assert len(list(filter(None, at_once(4, found)))) == 2
    assert alice.workspaces.count() == 2


def test_a_long_list_has_pages_and_asks_few_questions(
    as_alice, alice, django_assert_max_num_queries
):
    for number in range(30):
        Workspace.found(alice, f"Place {number}")
    Account.objects.of(alice)
    with django_assert_max_num_queries(11):
        first = as_alice.get("/workspaces/")
    assert len(names_on(first)) == 24
    assert len(names_on(as_alice.get("/workspaces/?page=2"))) == 6


def test_without_workspaces_the_page_says_how_to_begin(as_alice):
    page = as_alice.get("/workspaces/").content.decode()
    assert "A place for your next pictures" in page
    assert as_alice.get("/start/").url == "/w/my-workspace/"


def test_the_owner_deletes_it_after_a_second_click_that_says_what_goes(as_alice, studio):
    page = as_alice.get("/workspaces/").content.decode()
    assert "Delete “Studio”?" in page
    assert "comes back whole from there" in page
    gone = as_alice.post("/w/studio/delete/", follow=True)
    assert "“Studio” is in the trash." in gone.content.decode()
    assert not Workspace.objects.living().exists()


def test_it_is_not_deleted_by_a_link(as_alice, studio):
    assert as_alice.get("/w/studio/delete/").status_code == 405


@pytest.mark.parametrize("door", ["edit/", "delete/"])
def test_members_may_not_manage_it(as_bob, studio, door):
    assert as_bob.post(f"/w/studio/{door}", {"name": "Mine"}).status_code == 404
    assert Workspace.objects.get().name == "Studio"


@pytest.mark.parametrize("door", ["edit/", "delete/"])
def test_strangers_see_nothing(as_charlie, client, studio, door):
    assert as_charlie.post(f"/w/studio/{door}", {"name": "Mine"}).status_code == 404
    assert client.post(f"/w/studio/{door}").url.startswith("/account/login/")
    assert names_on(as_charlie.get("/workspaces/")) == []
    assert Workspace.objects.get().name == "Studio"


def test_members_see_no_buttons_to_manage_it(as_bob, studio):
    page = as_bob.get("/workspaces/").content.decode()
    assert "Studio" in page
    assert "/w/studio/edit/" not in page


def test_a_persons_name_on_a_page_is_only_text(as_alice):
    make(as_alice, "<script>alert(1)</script>")
    assert "<script>alert" not in as_alice.get("/workspaces/").content.decode()


def test_going_home_leads_to_the_workspace_used_last(alice, studio):
    other = Workspace.found(alice, "Other")
    assert Workspace.objects.home_of(alice) == other
    Workspace.objects.filter(pk=other.pk).update(last_used=studio.last_used.replace(year=2020))
    assert Workspace.objects.home_of(alice) == studio


def test_opening_it_is_a_use_noted_once_a_minute(as_alice, studio):
    long_ago = studio.last_used.replace(year=2020)
    Workspace.objects.update(last_used=long_ago)
    as_alice.get("/w/studio/edit/")
    noted = Workspace.objects.get().last_used
    assert noted > long_ago
    as_alice.get("/w/studio/edit/")
    assert Workspace.objects.get().last_used == noted
