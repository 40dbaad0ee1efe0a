"""Workspaces of the same name are told apart wherever one is chosen."""

import pytest

from workspaces.models import Workspace
from workspaces.telling_apart import labelled

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def alike(studio, bob):
    """Bob works in Alice's studio, and has his own."""
    Workspace.found(bob, "Harbour")
    return Workspace.found(bob, "studio")


def test_those_of_one_name_say_whose_they_are(alike, bob, django_assert_num_queries):
    with django_assert_num_queries(2):
        rows = labelled(Workspace.objects.visible_to(bob).order_by("created"))
    assert [row.label for row in rows] == ["Studio (alice)", "Harbour", "studio (bob)"]
    with django_assert_num_queries(1):
        labelled(Workspace.objects.filter(name="Harbour"))


@pytest.mark.parametrize(
    "where",
    [
        *("/themes/new/", "/prompts/?q=nowhere", "/experiments/", "/gallery/topics/"),
        *("/gallery/", "/trash/"),
    ],
)
def test_pages_that_offer_them_do(alike, as_bob, where):
    words = as_bob.get(where).text
    assert "Studio (alice)" in words
    assert "studio (bob)" in words
    assert "Harbour (" not in words
