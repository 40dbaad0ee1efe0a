"""What changed is read by many names at once: cards and tiles as they are now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import estimate
from generation.estimate import held
from generation.tests.engine import ask, without_cap
from generation.tests.page import FETCH, address
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def changed(client, workspace, *names):
    return client.get(address("changed", workspace), {"of": names}, **FETCH)


def test_cards_and_tiles_are_read_by_their_names(studio, painter, as_alice):
    one, other = ask(studio, painter, prompt="a boat"), ask(studio, painter, count=2)
    job = other.jobs.first()
    answer = changed(as_alice, studio, f"batch-{one.pk}", f"job-{job.pk}").content.decode()
    assert f'id="batch-{one.pk}"' in answer
    assert f'id="job-{job.pk}"' in answer
    assert f'id="batch-{other.pk}"' not in answer
    assert answer.count("<job-tile") == 2


def test_what_is_gone_or_anothers_is_left_out(studio, painter, bob, as_alice):
    batch = ask(studio, painter)
    batch.trash()
    foreign = ask(Workspace.found(bob, "Bob's"), painter)
    names = [f"batch-{batch.pk}", f"job-{batch.jobs.get().pk}"]
    names += [f"batch-{foreign.pk}", f"job-{foreign.jobs.get().pk}"]
    assert "<" not in changed(as_alice, studio, *names).content.decode()


@pytest.mark.parametrize("name", ["batch-7", "job-", "", "image-0", "x" * 300])
def test_a_name_of_nothing_is_refused(studio, as_alice, name):
    assert changed(as_alice, studio, name).status_code == 400


def test_only_so_many_are_read_at_once(studio, painter, as_alice):
    job = ask(studio, painter).jobs.get()
    assert changed(as_alice, studio, *[f"job-{job.pk}"] * 40).status_code == 200
    assert changed(as_alice, studio, *[f"job-{job.pk}"] * 41).status_code == 400


def test_many_cost_no_more_queries_than_few(studio, painter, as_alice, monkeypatch):
    # What is kept for some seconds is not asked for anew as they end in the midst of a request.
    for module in (held, held.work):
        monkeypatch.setattr(module, "KEEP_SECONDS", 10**9)

    def queries(batches):
        names = [f"batch-{batch.pk}" for batch in batches]
        names += [f"job-{batch.jobs.first().pk}" for batch in batches]
        estimate.forget()
        with CaptureQueriesContext(connection) as seen:
            assert changed(as_alice, studio, *names).status_code == 200
        return len(seen)

    without_cap(studio.owner)
    few = queries([ask(studio, painter, count=2)])
    assert queries([ask(studio, painter, count=2) for _ in range(6)]) == few
