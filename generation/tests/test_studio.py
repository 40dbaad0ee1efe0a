"""The studio page: who may see it, what it is drawn from, and what it costs the database."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation import estimate
from generation.estimate import held
from generation.models import Batch, ImageModel, Preview, Worker
from generation.tests.engine import ask, claim, draw_all, without_cap
from generation.tests.page import FETCH, address, words
from generation.views import card_rows, cards
from pixazo.events import permission_of
from workspaces.models import Draft, Membership


def contracts(page):
    found = re.search(
        r'<script id="contracts"[^>]*>(.*?)</script>', page.content.decode(), re.DOTALL
    )
    return json.loads(found[1])


def test_the_page_is_there_for_members_only(studio, as_alice, as_bob, as_charlie, client):
    url = studio.get_absolute_url()
    assert as_alice.get(url).status_code == 200
    assert as_bob.get(url).status_code == 200
    assert as_charlie.get(url).status_code == 404
    assert client.get(url).status_code == 302


def test_an_empty_workspace_invites_to_the_first_picture(studio, painter, as_alice):
    page = as_alice.get(studio.get_absolute_url())
    assert "Your first picture is one sentence away" in words(page)
    assert page.content.decode().count("<example-prompt") == 3


def test_the_panel_is_drawn_from_the_contracts_of_models_that_may_be_used(
    studio, painter, as_alice
):
    ImageModel.objects.create(slug="off", name="Off", address="x", is_active=False)
    page = as_alice.get(studio.get_absolute_url())
    assert list(contracts(page)) == ["painter"]
    known = contracts(page)["painter"]
    assert known["units"] == 1
    assert known["parameters"]["width"]["max"] == 256
    assert 'name="width" form="generate" value="64"' in page.content.decode()


def test_a_fixed_value_is_locked_and_says_why(studio, painter, as_alice):
    painter.contract_data["num_inference_steps"] = {"fixed": 2, "reason": "Distilled to two steps."}
    painter.save()
    page = as_alice.get(studio.get_absolute_url()).content.decode()
    dial = page.split('<number-dial class="dial" name="num_inference_steps"')[1].split(
        "</number-dial>"
    )[0]
    assert "disabled" in dial
    assert "readonly" in dial
    assert "Distilled to two steps." in dial


def test_without_a_model_it_says_so_and_staff_get_a_way(studio, dora, as_dora, as_alice):
    assert "No model can be used at present" in words(as_alice.get(studio.get_absolute_url()))
    Membership.objects.create(workspace=studio, user=dora, role=Membership.Role.EDITOR)
    page = as_dora.get(studio.get_absolute_url()).content.decode()
    assert "/admin/generation/imagemodel/" in page


def test_a_viewer_gets_the_pictures_without_the_form(studio, painter, charlie, as_charlie):
    ask(studio, painter)
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    page = as_charlie.get(studio.get_absolute_url()).content.decode()
    assert "<batch-card" in page
    assert "<prompt-form" not in page
    assert "<post-button" not in page
    # Nor what would fill it.
    assert 'data-do="reuse' not in page


def test_a_prompt_may_come_with_the_address(studio, painter, as_alice):
    page = as_alice.get(studio.get_absolute_url(), {"prompt": "a fox & a </textarea>"})
    assert "a fox &amp; a &lt;/textarea&gt;</textarea>" in page.content.decode()


def test_the_page_may_listen_to_its_workspace_and_its_person_only(studio, alice, as_alice):
    page = as_alice.get(studio.get_absolute_url()).content.decode()
    token = re.search(r'token="([^"]+)"', page)[1]
    assert permission_of(token).channels == [studio.channel, alice.channel]


@pytest.mark.parametrize(
    ("workers", "sentence"),
    [
        ([], "No worker is running. What you ask for waits until one starts."),
        ([{"loaded_model": "painter"}], "1 worker ready. Loaded: Painter."),
        ([{}, {}], "2 workers ready."),
        # Whoever only asks services is no worker of this machine.
        ([{}, {"lanes": "remote"}, {"lanes": "remote"}], "1 worker ready."),
        ([{"lanes": "remote"}], "Services are asked, up to 1 at a time. No worker draws here."),
    ],
)
def test_it_says_who_is_there_to_draw(studio, painter, as_alice, workers, sentence):
    for number, fields in enumerate(workers):
        Worker.objects.create(name=f"w{number}", seen=now(), **{"lanes": "gpu", **fields})
    assert sentence in words(as_alice.get(address("now", studio)))


def test_what_is_true_now_has_the_units_left(studio, alice, as_alice, painter):
    ask(studio, painter, count=3)
    answer = as_alice.get(address("now", studio)).content.decode()
    assert 'left="7" daily="10"' in answer
    without_cap(alice)
    answer = as_alice.get(address("now", studio)).content.decode()
    assert "Unlimited" in answer
    assert "left=" not in answer.split("<units-left")[1].split(">")[0]


# --- Older cards ---


def test_older_cards_come_by_the_page(studio, painter, alice, as_alice):
    without_cap(alice)
    batches = [ask(studio, painter, prompt=f"house {number}") for number in range(13)]
    page = as_alice.get(studio.get_absolute_url())
    assert "house 12" in words(page)
    assert "house 2 " not in words(page)
    older = re.search(r'data-fragment="([^"]+)"', page.content.decode())[1]
    rest = as_alice.get(older, **FETCH)
    assert [f"house {number}" in words(rest) for number in (0, 2, 3)] == [True, True, False]
    assert "<feed-more" not in rest.content.decode()
    # The same without scripts: the link leads to the page itself.
    page = as_alice.get(f"{studio.get_absolute_url()}?before={batches[3].pk}")
    assert "house 2" in words(page)
    assert "To the newest pictures" in words(page)


def test_a_request_that_is_thrown_away_while_the_page_is_read_ends_no_feed(
    studio, painter, alice, as_alice, monkeypatch
):
    without_cap(alice)
    batches = [ask(studio, painter, prompt=f"house {number}") for number in range(13)]
    read = card_rows._CARDS

    def thrown_first(named):
        batches[5].trash()
        return read(named)

    monkeypatch.setattr(card_rows, "_CARDS", thrown_first)
    page = as_alice.get(studio.get_absolute_url()).content.decode()
    assert re.search(r'data-fragment="([^"]+)"', page)


def test_an_address_without_a_place_in_the_feed_is_refused(studio, as_alice):
    assert as_alice.get(f"{studio.get_absolute_url()}?before=yesterday").status_code == 400


def test_cards_in_the_trash_and_those_of_other_workspaces_are_not_in_the_feed(
    studio, painter, alice, as_alice
):
    ask(studio, painter, prompt="thrown away").trash()
    elsewhere = type(studio).found(alice, "Elsewhere")
    ask(elsewhere, painter, prompt="somewhere else")
    assert "<batch-card" not in as_alice.get(studio.get_absolute_url()).content.decode()


def test_a_page_begins_with_so_many_pictures_and_at_least_a_card():
    assert cards.first_of([]) == 0
    assert cards.first_of([1] * 11) == 10
    assert cards.first_of([4] * 11) == 6
    assert cards.first_of([200, 1]) == 1


def test_a_warm_page_asks_sixteen_times(
    studio, painter, alice, as_alice, django_assert_max_num_queries, monkeypatch
):
    """Each by its key or in an index. More than a list's eight: it shows a list of topics, a form
    of models, styles and themes, and who is there to draw, none of which may be out of date."""
    # What is kept for some seconds is not asked for anew as they end in the midst of a request.
    for module in (held, held.work):
        monkeypatch.setattr(module, "KEEP_SECONDS", 10**9)
    ask(studio, painter, count=4)
    draw_all()
    as_alice.get(studio.get_absolute_url())
    with django_assert_max_num_queries(16):
        as_alice.get(studio.get_absolute_url())


def test_a_page_of_many_cards_costs_no_more_queries_than_one_of_few(
    studio, painter, alice, as_alice, monkeypatch
):
    monkeypatch.setattr(cards, "PICTURES", 80)
    # What is kept for some seconds is not asked for anew as they end in the midst of a request.
    for module in (held, held.work):
        monkeypatch.setattr(module, "KEEP_SECONDS", 10**9)
    without_cap(alice)

    def queries(url):
        # What is remembered for some seconds is asked for again each time.
        estimate.forget()
        with CaptureQueriesContext(connection) as seen:
            assert as_alice.get(url).status_code == 200
        return len(seen)

    def grow(count):
        for _ in range(count):
            ask(studio, painter, count=4)
        draw_all()
        for _ in range(2 * count):
            ask(studio, painter, count=4)
        Preview.objects.create(job=claim()[0], number=1, webp=b"")

    grow(1)
    few = [queries(studio.get_absolute_url()), queries(address("feed", studio))]
    grow(4)
    assert Batch.objects.count() == 15
    many = [queries(studio.get_absolute_url()), queries(address("feed", studio))]
    assert many == few
    assert max(many) <= 32


@pytest.mark.once
@pytest.mark.parametrize(
    ("drew", "role", "sentence"),
    [
        ("1", "editor", ""),
        ("1", "viewer", "You may only look at this workspace now."),
        ("0", "viewer", ""),
        ("0", "editor", "You may draw here now."),
    ],
)
def test_an_open_page_says_that_one_may_do_something_else(
    studio, painter, as_bob, bob, drew, role, sentence
):
    Membership.objects.filter(workspace=studio, user=bob).update(role=role)
    said = as_bob.get(f"/w/studio/now/?drew={drew}", **FETCH)
    assert said.context["role_changed"] is bool(sentence)
    assert sentence in words(said)
    assert ("Copy the prompt" in words(said)) == (drew == "1" and role == "viewer")
    is_drawn = "1" if role == "editor" else "0"
    assert f'now="/w/studio/now/?drew={is_drawn}"' in as_bob.get("/w/studio/").text


@pytest.mark.once
@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_what_was_written_stays_though_one_may_only_look_now(studio, painter, as_bob, bob, role):
    Draft.objects.write(studio.default_topic, bob, "a fox in the snow", 0)
    Membership.objects.filter(workspace=studio, user=bob).update(role=role)
    page = as_bob.get("/w/studio/").text
    assert "a fox in the snow" in page
    assert ("<kept-draft" in page) == (role == "viewer")
