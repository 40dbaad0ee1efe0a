"""A slug means one workspace to each person; addresses of before go on leading where they did."""

import pytest
from django.http import Http404

from generation.tests.engine import at_once
from workspaces.access import membership_of
from workspaces.joining import join
from workspaces.models import FormerSlug, Membership, Workspace

pytestmark = pytest.mark.django_db

EDITOR, VIEWER = Membership.Role.EDITOR, Membership.Role.VIEWER


def slugs_of(user):
    return sorted(Workspace.objects.visible_to(user).values_list("slug", flat=True))


@pytest.fixture
def homes(alice, bob):
    """Everybody's first workspace is called the same."""
    return Workspace.objects.home_of(alice), Workspace.objects.home_of(bob)


def test_whoever_joins_finds_the_other_workspace_beside_their_own(homes, alice, bob):
    hers, his = homes
    join(hers, bob, EDITOR)
    assert (hers.slug, his.slug) == ("my-workspace-2", "my-workspace")
    assert membership_of(bob, "my-workspace").workspace == his
    assert membership_of(bob, "my-workspace-2").workspace == hers
    assert membership_of(bob, "my-workspace-2").role == EDITOR


def test_old_addresses_go_on_working_for_those_who_have_no_other_of_that_slug(homes, alice, bob):
    hers, _ = homes
    join(hers, bob, EDITOR)
    assert membership_of(alice, "my-workspace").workspace == hers
    assert membership_of(alice, "my-workspace-2").workspace == hers


def test_pages_answer_at_an_old_address(homes, bob, as_alice):
    hers, _ = homes
    join(hers, bob, EDITOR)
    assert as_alice.get("/w/my-workspace/edit/").context["request"].workspace == hers
    page = as_alice.get("/gallery/?workspace=my-workspace")
    assert page.status_code == 200


def test_a_stranger_finds_nothing_at_an_old_address(homes, bob, charlie):
    join(homes[0], bob, EDITOR)
    for slug in ("my-workspace", "my-workspace-2"):
        with pytest.raises(Http404):
            membership_of(charlie, slug)


def test_a_slug_that_is_free_stays(studio, charlie):
    join(studio, charlie, VIEWER)
    assert studio.slug == "studio"
    assert not FormerSlug.objects.exists()


def test_joining_twice_changes_nothing(studio, bob):
    assert join(studio, bob, VIEWER).role == EDITOR
    assert studio.memberships.count() == 2


def test_a_former_slug_is_not_given_to_a_new_workspace(homes, alice, bob):
    join(homes[0], bob, EDITOR)
    assert Workspace.found(alice, "My workspace!").slug == "my-workspace-3"


def test_a_new_workspace_has_a_slug_of_its_own_beside_those_one_was_invited_to(studio, bob):
    assert Workspace.found(bob, "Studio").slug == "studio-2"


def test_a_workspace_gives_way_to_what_its_new_member_called_theirs_before(homes, alice, bob):
    hers, _ = homes
    join(hers, bob, EDITOR)  # hers is my-workspace-2, and was my-workspace
    other = Workspace.objects.create(owner=bob, name="Third", slug="third")
    Membership.objects.create(workspace=other, user=bob, role=Membership.Role.OWNER)
    FormerSlug.objects.create(workspace=other, slug="coast")
    coast = Workspace.found(alice, "Coast")
    join(coast, bob, EDITOR)
    assert coast.slug == "coast-2"
    assert membership_of(bob, "coast").workspace == other


def test_everybody_who_works_there_has_room_for_the_new_slug(homes, alice, bob, charlie):
    hers, _ = homes
    Workspace.objects.home_of(charlie)
    Workspace.found(charlie, "My workspace 2")
    join(hers, bob, EDITOR)
    join(hers, charlie, VIEWER)
    assert hers.slug == "my-workspace-3"
    for slug in ("my-workspace", "my-workspace-2", "my-workspace-3"):
        assert membership_of(alice, slug).workspace == hers
    assert membership_of(charlie, "my-workspace-2").workspace.owner == charlie
    assert slugs_of(charlie) == ["my-workspace", "my-workspace-2", "my-workspace-3"]


@pytest.mark.django_db(transaction=True)
def test_many_who_join_one_another_at_once_never_share_a_slug(alice, bob, charlie):
    people = [alice, bob, charlie]
    places = [Workspace.objects.home_of(each) for each in people]
    pairs = [(place, person) for place in places for person in people if place.owner != person]

    def do(number):
        if number == len(pairs):
            return Workspace.found(alice, "My workspace 2")
        place, person = pairs[number]
        return join(Workspace.objects.get(pk=place.pk), person, EDITOR)

    results = at_once(len(pairs) + 1, do)
    assert not [each for each in results if isinstance(each, Exception)]
    for person in people:
        slugs = slugs_of(person)
        assert len(slugs) == len(set(slugs)) == (4 if person == alice else 3)


@pytest.mark.django_db(transaction=True)
def test_workspaces_founded_at_once_have_slugs_of_their_own(alice):
    results = at_once(4, lambda number: Workspace.found(alice, "Coast" + "!" * number))
    assert sorted(each.slug for each in results) == ["coast", "coast-2", "coast-3", "coast-4"]
