"""A remix begins with what somebody shared for it, and says where it came from (D6)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from generation import remixes
from generation.models import Batch, Image, Publication, Remix, ShareLink
from generation.tests.engine import ask, draw_all
from generation.tests.page import FETCH, words
from workspaces.models import Workspace


@pytest.fixture
def image(studio, painter):
    ask(studio, painter, prompt="a fox in the snow", seed=7, num_inference_steps=5)
    draw_all()
    return Image.objects.get()


@pytest.fixture
def home(charlie):
    return Workspace.found(charlie, "Charlie's")


def filled(client, address):
    """What the studio's form begins with, at the end of a link."""
    page = client.get(address, follow=True)
    return page.context["reuse"]


def make(client, home, **fields):
    body = {"prompt": "a wolf in the snow", "model": "painter", **fields}
    return client.post(f"/w/{home.slug}/generate/", body, **FETCH)


def share(image, level="remix"):
    return ShareLink.share(image, image.job.batch.author, level, None)


def link(image, level):
    return f"/s/{share(image, level).token}/"


@pytest.fixture
def word(image, charlie):
    """What Charlie's form carries."""
    return remixes.word_of(share(image), charlie)


def test_a_link_that_allows_it_fills_ones_own_form(as_charlie, home, image):
    found = filled(as_charlie, f"{link(image, 'remix')}remix/")
    assert (found["prompt"], found["num_inference_steps"]) == ("a fox in the snow", 5)
    assert found["seed"] == ""
    assert remixes.picture_of(found["remix_of"], home.owner) == image


@pytest.mark.parametrize("level", ["picture", "prompt", "recipe"])
def test_a_link_that_does_not_allow_it_has_no_such_page(as_charlie, home, image, level):
    address = link(image, level)
    assert b"remix/" not in as_charlie.get(address).content
    assert as_charlie.get(f"{address}remix/").status_code == 404


def test_visitors_sign_in_first_and_come_back(image):
    address = f"{link(image, 'remix')}remix/"
    assert Client().get(address)["Location"] == f"/account/login/?next={address}"


def test_a_password_holds_for_it_too(as_charlie, home, image):
    shared = ShareLink.share(image, image.job.batch.author, "remix", None, "open sesame")
    assert as_charlie.get(f"/s/{shared.token}/remix/").status_code == 404


def test_the_request_remembers_where_it_came_from(as_charlie, home, image, word):
    assert make(as_charlie, home, remix_of=word).status_code == 201
    batch = Batch.objects.get(workspace=home)
    assert batch.remix.image == image


def test_the_same_request_sent_twice_is_one_remix(as_charlie, home, word):
    for _twice in range(2):
        key = {"HTTP_IDEMPOTENCY_KEY": "once"}
        body = {"prompt": "a wolf", "model": "painter", "remix_of": word}
        as_charlie.post(f"/w/{home.slug}/generate/", body, **FETCH, **key)
    assert Remix.objects.count() == 1


@pytest.mark.parametrize("word", ["", "nonsense", "eyJ:forged:word"])
def test_a_word_that_is_not_ours_makes_an_ordinary_request(as_charlie, home, image, word):
    assert make(as_charlie, home, remix_of=word).status_code == 201
    assert not Remix.objects.exists()


def test_a_word_is_good_for_a_day_and_for_one_person(image, word, charlie, bob):
    assert remixes.picture_of(word, charlie) == image
    assert remixes.picture_of(word, bob) is None
    with time_machine.travel(now() + timedelta(hours=25)):
        assert remixes.picture_of(word, charlie) is None


def test_a_word_is_dead_with_what_it_came_from(image, charlie, alice, dora):
    shared = share(image)
    word = remixes.word_of(shared, charlie)
    shared.revoke()
    assert remixes.picture_of(word, charlie) is None
    row = Publication.publish(image, alice, "remix", names_author=True)
    row.let_in(dora)
    word = remixes.word_of(row, charlie)
    assert remixes.picture_of(word, charlie) == image
    row.withdraw()
    assert remixes.picture_of(word, charlie) is None


def test_its_page_leads_back_where_everybody_may_go(as_charlie, home, image, word, alice, dora):
    make(as_charlie, home, remix_of=word)
    draw_all()
    mine = Image.objects.get(workspace=home)
    page = f"/w/{home.slug}/images/{mine.pk}/"
    said = words(as_charlie.get(page))
    assert "A remix of a picture that somebody shared." in said
    assert "fox" not in said
    row = Publication.publish(image, alice, "remix", names_author=True)
    row.let_in(dora)
    shown = as_charlie.get(page).content.decode()
    assert f"/explore/{row.pk}/" in shown
    assert "a picture by alice" in shown


def test_the_one_who_shared_it_sees_how_often_and_never_by_whom(
    as_charlie, as_alice, home, image, word
):
    make(as_charlie, home, remix_of=word)
    draw_all()
    said = words(as_alice.get(f"/w/studio/images/{image.pk}/"))
    assert "Others remixed it once." in said
    assert "wolf" not in said
    assert "charlie" not in said


def test_it_outlives_what_it_came_from(as_charlie, home, image, word):
    make(as_charlie, home, remix_of=word)
    Image.objects.filter(pk=image.pk).delete()
    assert Remix.objects.get().image is None


@pytest.mark.once
def test_who_has_no_account_is_told_why_they_sign_in_and_comes_back(image, home, charlie):
    client = Client()
    address = f"{link(image, 'remix')}remix/"
    page = client.get(address, follow=True)
    assert "Sign in, or create an account, to remix this picture" in page.text
    assert f'name="next" value="{address}"' in page.text
    client.force_login(charlie)
    assert filled(client, address)["prompt"] == "a fox in the snow"
