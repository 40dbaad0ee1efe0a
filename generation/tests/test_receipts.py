"""The ledger shows which picture units were taken for, to whoever may see it now."""

import pytest

from billing.models import Account
from generation.models import Image
from generation.tests.engine import ask, draw_all
from workspaces.models import Membership

pytestmark = pytest.mark.django_db
PAGE = "/account/units/ledger/"


@pytest.fixture
def image(studio, painter, alice):
    ask(studio, painter, prompt="a fox at dusk")
    draw_all()
    return Image.objects.get()


def things(client):
    return [each.thing for each in client.get(PAGE).context["receipts"]]


def test_each_line_has_its_picture_and_leads_to_it(as_alice, image):
    page = as_alice.get(PAGE).content.decode()
    link = f"/w/studio/images/{image.pk}/"
    assert f'href="{link}"' in page
    assert "a fox at dusk" in page
    assert as_alice.get(link).status_code == 200
    for entry in as_alice.get("/api/ledger").json()["entries"]:
        assert (entry["image_id"], entry["job_id"]) == (str(image.pk), str(image.job_id))


def test_what_waits_has_its_prompt_only(as_alice, studio, painter):
    ask(studio, painter, prompt="a fox at dusk")
    (thing,) = things(as_alice)
    assert (thing.title, thing.link) == ("a fox at dusk", "")


def test_what_has_gone_leaves_the_line(as_alice, image):
    image.job.batch.trash()
    assert things(as_alice) == [None, None]
    assert "A picture that is gone" in as_alice.get(PAGE).content.decode()
    image.job.batch.delete()
    assert things(as_alice) == [None, None]


def test_whoever_works_there_no_more_sees_no_picture(as_bob, bob, studio, painter):
    ask(studio, painter, author=bob, prompt="a fox at dusk")
    assert [thing.title for thing in things(as_bob)] == ["a fox at dusk"]
    Membership.objects.filter(user=bob).delete()
    assert things(as_bob) == [None]


def test_many_lines_cost_as_many_queries_as_one(
    as_alice, alice, studio, painter, image, django_assert_max_num_queries
):
    ask(studio, painter, count=4)
    draw_all()
    Account.objects.of(alice)
    with django_assert_max_num_queries(9):
        assert len(things(as_alice)) == 10
