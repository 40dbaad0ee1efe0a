"""A request remembers its door, and every door leads to its card (D10)."""

from uuid import UUID

import pytest

from generation.models import Batch
from generation.tests.engine import ask
from generation.views import cards

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}


def test_the_page_and_the_api_say_their_names(as_alice, program, painter):
    as_alice.post("/w/studio/generate/", {"prompt": "a fox", "model": painter.slug}, **FETCH)
    program.post("/api/generate", {"prompt": "an owl"}, "application/json")
    doors = dict(Batch.objects.values_list("prompt", "door"))
    assert doors == {"a fox": "page", "an owl": "api"}
    feed = as_alice.get("/w/studio/feed/").content.decode()
    assert feed.count("through the API") == 1


def test_a_link_leads_to_the_card_wherever_it_is(
    as_alice, as_charlie, studio, painter, monkeypatch
):
    monkeypatch.setattr(cards, "NEWEST", 2)
    batches = [ask(studio, painter) for _ in range(3)]
    oldest, newest = batches[0], batches[-1]
    topic = newest.topic_id

    here = as_alice.get(newest.get_absolute_url())
    assert here.url == f"/w/studio/?topic={topic}#batch-{newest.pk}"
    there = as_alice.get(oldest.get_absolute_url()).url
    after = UUID(int=oldest.pk.int + 1)
    assert there == f"/w/studio/?topic={topic}&before={after}#batch-{oldest.pk}"
    assert f'id="batch-{oldest.pk}"' in as_alice.get(there).content.decode()

    assert as_charlie.get(newest.get_absolute_url()).status_code == 404
    newest.trash()
    assert as_alice.get(newest.get_absolute_url()).status_code == 404
    assert as_alice.get("/w/studio/?batch=7").status_code == 404
