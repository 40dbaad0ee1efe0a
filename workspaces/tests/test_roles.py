"""What each role may do, cell by cell: as the table says, and as the rest of the site asks it."""

import pytest

from workspaces.models import Membership, SavedPrompt, Scope, Theme
from workspaces.roles import GIVEN, MAY, WORDS, Action, Role, may, who_may

pytestmark = pytest.mark.once

# Written anew, so that no slip in the table goes unseen.
EXPECTED = """
              owner  editor  viewer
look          yes    yes     yes
comment       yes    yes     yes
make          yes    yes     no
change_own    yes    yes     no
change_all    yes    no      no
manage        yes    no      no
leave         no     yes     yes
"""


def cells():
    head, *rows = (line.split() for line in EXPECTED.strip().splitlines())
    for action, *answers in rows:
        for role, answer in zip(head, answers, strict=True):
            yield action, role, answer == "yes"


@pytest.mark.parametrize(("action", "role", "expected"), list(cells()))
def test_each_cell(action, role, expected):
    assert may(Role(role), Action(action)) is expected
    assert Membership(role=role).may(Action(action)) is expected


def test_the_table_is_whole():
    assert set(MAY) == set(WORDS) == set(Action)
    assert len(list(cells())) == len(Action) * len(Role)


@pytest.mark.parametrize("role", ["", "admin", "OWNER"])
@pytest.mark.parametrize("action", Action)
def test_whatever_is_no_role_may_nothing(role, action):
    assert not may(role, action)


def test_the_mightiest_comes_first():
    assert who_may(Action.LOOK) == [Role.OWNER, Role.EDITOR, Role.VIEWER]


def test_nobody_is_invited_as_the_owner():
    assert Role.OWNER not in GIVEN


@pytest.mark.parametrize(
    ("role", "generate", "manage", "own", "others"),
    [
        ("owner", True, True, True, True),
        ("editor", True, False, True, False),
        ("viewer", False, False, False, False),
    ],
)
def test_a_membership_says_what_the_table_says(role, generate, manage, own, others, studio, bob):
    membership = studio.memberships.get(user=bob)
    membership.role = role
    assert membership.may_generate() is generate
    assert membership.may_manage() is manage
    assert membership.may_change(bob.pk) is own
    assert membership.may_change(studio.owner_id) is others
    assert membership.may_change(None) is others
    for model in (Theme, SavedPrompt):
        his = model(scope=Scope.WORKSPACE, workspace=studio, owner=bob)
        hers = model(scope=Scope.WORKSPACE, workspace=studio, owner=studio.owner)
        assert (his.may_change(membership), hers.may_change(membership)) == (own, others)
