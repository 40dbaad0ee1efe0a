"""Staff's pages of experiments: found, read, led to their requests; changed by nobody there."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation.models import Experiment
from generation.tests.engine import ask, without_cap
from generation.tests.experiments import begun, draw_portion

LIST = "/admin/generation/experiment/"


@pytest.fixture(autouse=True)
def _rich(alice, bob):
    without_cap(alice)
    without_cap(bob)


def listed(client, query=""):
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def test_they_are_searched_and_filtered_and_their_words_stay_out_of_the_list(
    as_dora, studio, painter, bob
):
    mine = begun(studio, ("seed", "1"), name="A secret plan")
    theirs = begun(studio, ("seed", "1, 2"), author=bob)
    assert listed(as_dora) == [theirs, mine]
    assert listed(as_dora, f"?q={bob.email}") == [theirs]
    assert listed(as_dora, f"?q={mine.pk}") == [mine]
    Experiment.objects.filter(pk=mine.pk).update(state="stopped", reason="failures")
    assert listed(as_dora, "?state__exact=stopped") == [mine]
    assert listed(as_dora, "?reason__exact=failures&kind__exact=grid") == [mine]
    assert "A secret plan" not in as_dora.get(LIST).content.decode()


def test_one_says_what_became_of_it_and_leads_to_its_requests(as_dora, studio, painter, alice):
    ask(studio, painter)
    experiment = begun(studio, ("seed", "1, 2, 3"), name="Seeds")
    experiment.cells.first().batch.cancel()
    draw_portion(experiment)
    page = as_dora.get(f"{LIST}{experiment.pk}/change/").content.decode()
    assert "Seeds" in page
    assert "Cancelled: 1, Made: 2" in page
    assert f"/admin/accounts/user/{alice.pk}/change/" in page
    link = html.unescape(re.search(r'href="([^"]*)">Its requests', page)[1])
    answer = as_dora.get(link)
    found = {batch.pk for batch in answer.context["cl"].result_list}
    assert found == set(experiment.cells.values_list("batch_id", flat=True))


def test_they_are_read_only_and_staffs(as_dora, as_alice, studio, painter):
    experiment = begun(studio, ("seed", "1"))
    page = f"{LIST}{experiment.pk}/change/"
    assert as_dora.post(page, {"name": "Another"}).status_code == 403
    assert as_dora.post(f"{LIST}{experiment.pk}/delete/").status_code == 403
    assert as_dora.get(f"{LIST}add/").status_code == 403
    assert as_alice.get(LIST).status_code == 302


def test_more_of_them_cost_no_more_queries(as_dora, studio, painter, bob):
    def queries(address):
        with CaptureQueriesContext(connection) as asked:
            assert as_dora.get(address).status_code == 200
        return len(asked)

    first = begun(studio, ("seed", "1"))
    page = f"{LIST}{first.pk}/change/"
    for address in (LIST, page):
        queries(address)  # the first to look also asks what kinds of rows there are
    few = queries(LIST), queries(page)
    for number in range(4):
        begun(studio, ("seed", f"{number}, {number + 10}"), author=bob)
    wide = begun(studio, ("seed", "1-9"))
    assert (queries(LIST), queries(f"{LIST}{wide.pk}/change/")) == few
