"""Pictures are compared blind, and the votes say what won."""

import html
import random
import re
from itertools import combinations

import pytest
from django.urls import reverse

from generation.experiments import winner
from generation.experiments.ranking import Comparison, enough, next_pair, ranking, strengths
from generation.experiments.votes import vote
from generation.models import Image, Vote
from generation.tests.engine import without_cap
from generation.tests.experiments import begun, draw_to_the_end
from generation.tests.page import FETCH, words
from generation.views.experiments import ranking as ranking_page
from workspaces.models import Membership, Scope, Style

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _rich(alice):
    without_cap(alice)


@pytest.fixture
def four(studio, painter):
    axes = (("num_inference_steps", "2, 4"), ("guidance_scale", "3, 7.5"))
    experiment = begun(studio, *axes, base={"prompt": "a red house", "seed": "11"})
    draw_to_the_end(experiment)
    return experiment


def at(name, experiment):
    return reverse(name, args=[experiment.workspace.slug, experiment.pk])


def asked(answer):
    """The two that are asked about, left and right."""
    page = answer.content.decode()
    return tuple(re.search(rf'name="{side}" value="(\d+)"', page)[1] for side in ("left", "right"))


def say(client, experiment, left, right, answer, **headers):
    fields = {"left": left, "right": right, "answer": answer}
    return client.post(at("experiment_compare", experiment), fields, **headers)


def vote_by(client, experiment, better):
    """All pairs, preferring what `better` ranks lower."""
    answer = client.get(at("experiment_compare", experiment))
    for _ in range(20):
        if 'name="left"' not in answer.content.decode():
            return answer
        left, right = asked(answer)
        choice = "left" if better(left) < better(right) else "right"
        answer = say(client, experiment, left, right, choice, **FETCH)
    raise AssertionError("It never ends.")


def test_strengths_are_found_from_all_pairs():
    true = {1: 8.0, 2: 4.0, 3: 2.0, 4: 1.0}
    votes = [
        Comparison(one, other, score)
        for one, other in combinations(true, 2)
        for score, times in ((1, true[one]), (0, true[other]))
        for _ in range(int(100 * times))
    ]
    found = strengths(true, votes)
    for one, other in combinations(true, 2):
        assert found[one] / found[other] == pytest.approx(true[one] / true[other], rel=0.02)


def test_the_order_of_votes_means_nothing():
    votes = [Comparison(1, 2, 1), Comparison(2, 3, 1), Comparison(3, 1, 0.5), Comparison(1, 3, 1)]
    mixed = random.Random(1).sample(votes, len(votes))
    one, other = strengths((1, 2, 3), votes), strengths((1, 2, 3), mixed)
    assert one == pytest.approx(other)


def test_who_never_lost_is_not_infinitely_strong():
    ranks = ranking((1, 2, 3), [Comparison(1, 2, 1)])
    assert [rank.item for rank in ranks] == [1, 3, 2]
    assert 0.5 < ranks[0].share < 0.9
    assert ranks[1].share == pytest.approx(0.5)
    assert (ranks[0].wins, ranks[2].losses, ranks[1].compared) == (1, 1, 0)


def test_equal_is_half_a_win_for_each():
    ranks = ranking((1, 2), [Comparison(1, 2, 0.5)])
    assert [rank.share for rank in ranks] == pytest.approx([0.5, 0.5])
    assert [rank.ties for rank in ranks] == [1, 1]


def test_every_pair_is_asked_once_and_the_least_compared_first():
    seen, votes = [], []
    for _ in range(6):
        pair = next_pair((1, 2, 3, 4), votes, seen)
        seen.append(pair)
        votes.append(Comparison(*pair, 1))
    assert {frozenset(pair) for pair in seen} == {
        frozenset(p) for p in combinations((1, 2, 3, 4), 2)
    }
    assert {*seen[0], *seen[1]} == {1, 2, 3, 4}
    assert next_pair((1, 2, 3, 4), votes, seen) is None
    assert next_pair((1,), [], []) is None


def test_neighbours_in_strength_meet():
    votes = [Comparison(1, 2, 1), Comparison(3, 4, 0), Comparison(5, 1, 0.5)]
    pair = next_pair((1, 2, 3, 4, 6), votes[:2], [])
    assert 6 in pair
    assert enough(1) == 0
    assert (enough(2), enough(4), enough(16)) == (1, 6, 64)


def test_nothing_on_the_page_says_what_made_the_pictures(four, as_alice):
    answer = as_alice.get(at("experiment_compare", four))
    page = answer.content.decode()
    body = page[page.index("<pair-vote") : page.index("</pair-vote>")]
    assert body.count("<img") == 2
    assert "a red house" not in body
    assert "7.5" not in body
    assert "teps" not in body


def test_votes_make_a_ranking_that_says_the_settings(four, as_alice):
    places = {str(cell.pk): cell.place for cell in four.cells.all()}
    last = vote_by(as_alice, four, places.get)
    assert "You have compared all pairs" in words(last)
    assert Vote.objects.count() == 6
    said = words(as_alice.get(at("experiment_ranking", four)))
    assert "From 6 comparisons" in said
    labels = re.findall(r"Steps \d, Guidance [\d.]+", said)
    assert labels[:4] == [
        "Steps 2, Guidance 3",
        "Steps 2, Guidance 7.5",
        "Steps 4, Guidance 3",
        "Steps 4, Guidance 7.5",
    ]
    assert "3 won, 0 lost, 0 equal" in said
    # The mean of each value: two steps won all against four, three of guidance narrowly.
    means = re.findall(r"(\d+) %", said[said.index("7.5 1 won") if "7.5 1 won" in said else 0 :])
    assert means
    assert re.search(r"Steps 2 (\d+) % best 4 (\d+) %", said)
    assert re.search(r"Guidance 3 (\d+) % best 7.5 (\d+) %", said)


def test_equal_skip_and_take_back(four, as_alice):
    left, right = asked(as_alice.get(at("experiment_compare", four)))
    say(as_alice, four, left, right, "equal")
    assert Vote.objects.get().verdict == "equal"
    following = say(as_alice, four, left, right, "skip", **FETCH)
    assert Vote.objects.get().verdict == "skipped"
    assert set(asked(following)) != {left, right}
    assert "0 of about 6 comparisons" in words(following)
    say(as_alice, four, *asked(following), "left")
    assert Vote.objects.count() == 2
    as_alice.post(at("experiment_compare", four), {"answer": "back"})
    assert Vote.objects.get().verdict == "skipped"


def test_left_and_right_are_told_apart_whatever_their_order(four):
    low, high = four.cells.order_by("pk").values_list("pk", flat=True)[:2]
    for left, right, answer, verdict in (
        (low, high, "left", "first"),
        (low, high, "right", "second"),
        (high, low, "left", "second"),
        (high, low, "right", "first"),
    ):
        assert vote(four, four.author, str(left), str(right), answer).verdict == verdict
    assert Vote.objects.count() == 1


@pytest.mark.parametrize("answer", ["left", "worst", ""])
def test_what_is_no_pair_is_refused(four, studio, painter, as_alice, answer):
    other = begun(studio, ("seed", "1"))
    draw_to_the_end(other)
    foreign = str(other.cells.get().pk)
    mine = str(four.cells.first().pk)
    assert say(as_alice, four, mine, foreign, answer).status_code == 422
    assert say(as_alice, four, mine, mine, answer).status_code == 422
    assert say(as_alice, four, mine, "9" * 30, answer).status_code == 422
    assert Vote.objects.count() == 0


def test_everybody_s_votes_count(four, as_alice, as_bob):
    places = {str(cell.pk): cell.place for cell in four.cells.all()}
    vote_by(as_alice, four, places.get)
    vote_by(as_bob, four, places.get)
    assert "From 12 comparisons by 2 people" in words(as_alice.get(at("experiment_ranking", four)))


def test_what_is_in_the_trash_is_not_asked_about(four, as_alice):
    for image in Image.objects.order_by("id")[:3]:
        image.trash()
    assert "Two pictures are needed first" in words(as_alice.get(at("experiment_compare", four)))
    assert as_alice.get(at("experiment_ranking", four)).status_code == 200


def test_only_who_works_there_votes(four, as_bob, as_charlie, bob):
    assert as_charlie.get(at("experiment_compare", four)).status_code == 404
    assert as_charlie.get(at("experiment_ranking", four)).status_code == 404
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert as_bob.post(at("experiment_compare", four), {"answer": "back"}).status_code == 403
    assert as_bob.post(at("experiment_style", four), {"name": "x"}).status_code == 403
    shown = as_bob.get(at("experiment_ranking", four))
    assert shown.status_code == 200
    assert "Save style" not in words(shown)


def test_the_winner_becomes_a_style_with_all_its_fields(four, as_alice, studio, alice):
    cells = {str(cell.pk): cell.place for cell in four.cells.all()}
    vote_by(as_alice, four, lambda pk: -cells[pk])
    page = as_alice.get(at("experiment_ranking", four)).content.decode()
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', page))
    fields["positive_prompt"] = re.search(r'name="positive_prompt"[^>]*>(.*?)</textarea>', page)[1]
    assert fields["num_inference_steps"] == "4"
    assert fields["guidance_scale"] == "7.5"
    assert fields["positive_prompt"] == "a red house"
    sent = {**fields, "name": "Winner", "scope": "workspace"}
    answer = as_alice.post(at("experiment_style", four), sent, follow=True)
    assert "The style “Winner” is saved" in words(answer)
    style = Style.objects.get(name="Winner")
    assert (style.scope, style.workspace, style.owner) == (Scope.WORKSPACE, studio, alice)
    assert (style.model, style.seed) == ("painter", 11)
    assert (style.num_inference_steps, style.guidance_scale) == (4, 7.5)


def test_a_style_that_will_not_do_is_refused_with_what_was_written(four, as_alice):
    bad = {"name": "", "positive_prompt": "mine", "seed": "x"}
    answer = as_alice.post(at("experiment_style", four), bad)
    assert answer.status_code == 400
    assert "Seed must be a number" in words(answer)
    assert ">mine</textarea>" in answer.content.decode()
    answer = as_alice.post(at("experiment_style", four), {**bad, "seed": "", "scope": "personal"})
    assert answer.status_code == 400
    assert not Style.objects.filter(positive_prompt="mine").exists()


@pytest.mark.parametrize("scope", ["workspace", "personal"])
def test_styles_are_kept_up_to_a_limit_each(four, as_alice, scope, monkeypatch):
    monkeypatch.setattr(winner, "MOST", 2)
    sent = {"name": "Ink", "positive_prompt": "mine", "scope": scope}
    before = Style.objects.count()
    answers = [as_alice.post(at("experiment_style", four), sent) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 409]
    assert "may keep 2 of these" in words(answers[-1])
    assert Style.objects.count() == before + 2
    other = {"workspace": "personal", "personal": "workspace"}[scope]
    assert as_alice.post(at("experiment_style", four), sent | {"scope": other}).status_code == 302


def test_a_vote_page_asks_a_fixed_number_of_queries(
    studio, painter, as_alice, django_assert_max_num_queries
):
    experiment = begun(studio, ("seed", "1-12"))
    draw_to_the_end(experiment)
    with django_assert_max_num_queries(22):
        as_alice.get(at("experiment_compare", experiment))
    with django_assert_max_num_queries(22):
        as_alice.get(at("experiment_ranking", experiment))


def test_no_page_reads_more_pictures_than_it_shows(studio, painter, as_alice, monkeypatch):
    experiment = begun(studio, ("seed", "1-9"))
    draw_to_the_end(experiment)
    monkeypatch.setattr(ranking_page, "PAGE", 4)
    read = []
    made = Image.from_db.__func__

    def from_db(*args):
        read.append(1)
        return made(Image, *args)

    monkeypatch.setattr(Image, "from_db", from_db)
    as_alice.get(at("experiment_compare", experiment))
    assert len(read) == 2
    read.clear()
    as_alice.get(at("experiment_ranking", experiment))
    assert len(read) == 4


def test_a_long_ranking_has_pages(studio, painter, as_alice, monkeypatch):
    experiment = begun(studio, ("seed", "1-9"))
    draw_to_the_end(experiment)
    monkeypatch.setattr(ranking_page, "PAGE", 4)
    address, seen, pages = at("experiment_ranking", experiment), [], 0
    following = address
    while following:
        page = as_alice.get(following)
        seen += [each.place for each in page.context["ranked"]]
        pages += 1
        link = re.search(r'href="([^"]*)" rel="next"', page.content.decode())
        following = address + html.unescape(link[1]) if link else ""
    assert (seen, pages) == (list(range(1, 10)), 3)
    back = re.search(r'href="([^"]*)" rel="prev"', page.content.decode())
    places = [each.place for each in as_alice.get(address + back[1]).context["ranked"]]
    assert places == [5, 6, 7, 8]
    first = as_alice.get(f"{address}?after=nonsense&style=9").context
    assert ([each.place for each in first["ranked"]], first["chosen"].place) == ([1, 2, 3, 4], 9)
    for nonsense in ("?style=0", "?style=10", "?style=x", "?after=-1", "?style=²"):
        assert as_alice.get(address + nonsense).context["chosen"].place == 1
