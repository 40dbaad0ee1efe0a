"""The pages of experiments: asked for, looked at, changed by whoever may."""

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Preference
from billing.models import Plan
from generation import collector, estimate
from generation.experiments.running import go_on
from generation.models import Batch, Cell, Experiment, Image, Job, Worker
from generation.tests.engine import ask, claim, draw, draw_all, without_cap
from generation.tests.experiments import begun, draw_portion, draw_to_the_end, states
from generation.tests.page import FETCH, address, words
from workspaces.models import Membership, Scope, Style, Topic

SIX = (("num_inference_steps", "2, 4"), ("seed", "7, 8, 9"))


@pytest.fixture(autouse=True)
def _rich(alice, bob):
    without_cap(alice)
    without_cap(bob)


def form(**fields):
    return {
        "kind": "grid",
        "prompt": "a red house",
        "model": "painter",
        "axis1": "num_inference_steps",
        "values1": "2-4",
        "key": "k1",
        **fields,
    }


def check(client, studio, **fields):
    return client.post(address("experiment_check", studio), form(**fields), **FETCH)


def at(name, studio, experiment, *more):
    return reverse(name, args=[studio.slug, experiment.pk, *more])


def page(client, studio, experiment, query=""):
    return client.get(at("experiment", studio, experiment) + query)


def test_the_form_says_what_it_takes_before_anything_is_drawn(studio, painter, as_alice):
    said = words(check(as_alice, studio, axis2="seed", values2="1, 2"))
    assert "Pictures 6 3 \N{MULTIPLICATION SIGN} 2" in said
    assert "Run 6 pictures · 6 units" in said
    assert "not known yet with this model" in said
    assert Experiment.objects.count() == Job.objects.count() == 0


def test_the_time_is_a_range(studio, painter, as_alice):
    ask(studio, painter, count=4)
    draw_all()
    Image.objects.update(draw_seconds=10)
    Worker.objects.create(name="w", lanes=painter.lane, seen=now())
    estimate.forget()
    assert re.search(r"Time 2\d.\d\d s", words(check(as_alice, studio)))


def test_what_is_wrong_is_said_at_its_axis(studio, painter, as_alice):
    answer = check(as_alice, studio, values1="2, 900")
    assert answer.status_code == 200
    assert "Steps must be between 1 and 50" in words(answer)
    said = re.search(r'id="fields"[^>]*>(.*?)</script>', answer.content.decode())[1]
    assert list(json.loads(said)) == ["axis1"]


def test_a_ceiling_below_is_said(studio, painter, as_alice):
    assert "stops at 2 units" in words(check(as_alice, studio, ceiling="2"))
    assert "must be a number of units" in words(check(as_alice, studio, ceiling="0.3"))


def test_too_little_for_today_is_said(studio, painter, as_alice, alice):
    alice.account.plan = Plan.objects.default()
    alice.account.save()
    assert "You have 10 units left today" in words(check(as_alice, studio, values1="1-12"))


def test_bad_rows_are_said_by_line(studio, painter, as_alice):
    rows = "prompt,steps\na house,2\na boat,900\n,3"
    said = words(check(as_alice, studio, kind="list", rows=rows))
    assert "2 pictures are not possible: Line 3 Steps must be" in said
    assert "Line 4 This row has no prompt." in said
    assert "Go on with the other 1" in said
    sent = form(kind="list", rows=rows)
    refused = as_alice.post(address("experiment_create", studio), sent)
    assert refused.status_code == 422
    assert "a boat,900" in refused.content.decode()
    assert Experiment.objects.count() == 0
    made = as_alice.post(address("experiment_create", studio), {**sent, "skips": "on"})
    assert made.status_code == 302
    assert Experiment.objects.get().count == 1


def test_a_list_comes_from_a_file(studio, painter, as_alice):
    def send(content):
        file = SimpleUploadedFile("list.csv", content)
        return as_alice.post(
            address("experiment_create", studio), form(kind="list", rows="", file=file)
        )

    refused = send(b"\xff\xfe\x00 no text")
    assert "no text in UTF-8" in words(refused)
    assert send("\ufeffprompt\nein Häuschen\n".encode()).status_code == 302
    assert Experiment.objects.get().cells.get().request["prompt"] == "ein Häuschen"


def test_it_is_begun_once_however_often_it_is_sent(studio, painter, as_alice):
    first = as_alice.post(address("experiment_create", studio), form())
    again = as_alice.post(address("experiment_create", studio), form())
    assert first["Location"] == again["Location"]
    assert (Experiment.objects.count(), Job.objects.count()) == (1, 3)
    assert Experiment.objects.get().title == "Steps: a red house"


def test_the_form_can_be_sent_without_scripts(studio, painter, as_alice):
    answer = as_alice.post(address("experiment_check", studio), form())
    assert "Run 3 pictures" in words(answer)
    assert "<h1" in answer.content.decode()


def test_it_begins_with_what_the_studio_holds(studio, painter, as_alice):
    sent = {"prompt": "a green boat", "model": "painter", "num_inference_steps": "9"}
    shown = as_alice.post(address("experiment_new", studio), sent).content.decode()
    assert ">a green boat</textarea>" in shown
    assert 'value="9"' in shown


def test_its_pictures_are_in_the_topic_that_it_came_from(studio, painter, as_alice):
    topic = Topic.objects.create(workspace=studio, name="Coast")
    sent = {"prompt": "a boat", "topic": topic.pk}
    shown = as_alice.post(address("experiment_new", studio), sent).content.decode()
    assert f'name="topic" value="{topic.pk}"' in shown
    as_alice.post(address("experiment_create", studio), form(topic=topic.pk))
    assert set(Batch.objects.values_list("topic", flat=True)) == {topic.pk}


def test_a_card_of_the_feed_leads_to_its_experiment(studio, painter, as_alice):
    ask(studio, painter)
    assert "/experiments/0" not in as_alice.get(address("feed", studio)).content.decode()
    experiment = begun(studio, ("seed", "1"))
    feed = as_alice.get(address("feed", studio)).content.decode()
    assert feed.count(f"/experiments/{experiment.pk}/") == 1


def test_it_begins_with_a_picture_or_with_an_experiment(studio, painter, as_alice):
    ask(studio, painter, prompt="a hill", seed=77)
    draw_all()
    new = address("experiment_new", studio)
    shown = as_alice.get(f"{new}?picture={Image.objects.get().pk}").content.decode()
    assert ">a hill</textarea>" in shown
    assert 'name="seed" inputmode="numeric" value="77"' in shown
    experiment = begun(studio, *SIX, budget={"ceiling": "5"})
    shown = as_alice.get(f"{new}?again={experiment.pk}").content.decode()
    assert ">7, 8, 9</textarea>" in shown
    assert 'value="5"' in shown
    assert as_alice.get(f"{new}?again={studio.pk}").status_code == 404


def pictures_in(response):
    block = re.search(r'<script id="pictures" type="application/json">(.*?)</script>', response)
    return json.loads(block[1])


def test_what_is_worked_from_is_in_the_form_and_in_every_picture(studio, painter, as_alice):
    painter.contract_data |= {"modes": ["text", "image"]}
    painter.save()
    ask(studio, painter)
    draw_all()
    image = Image.objects.get()
    new = address("experiment_new", studio)
    assert pictures_in(as_alice.get(new).content.decode())["source"] is None
    given = {"source": f"image:{image.pk}", "mode": "image", "strength": "0.5"}
    sent = {"prompt": "a boat", "model": "painter", **given}
    known = pictures_in(as_alice.post(new, sent).content.decode())
    assert (known["source"]["name"], known["mode"], known["strength"]) == (
        f"image:{image.pk}",
        "image",
        0.5,
    )
    as_alice.post(address("experiment_create", studio), form(**given))
    made = Batch.objects.exclude(pk=image.job.batch_id)
    assert set(made.values_list("mode", "strength", "inputs__image")) == {("image", 0.5, image.pk)}
    again = f"{new}?again={Experiment.objects.get().pk}"
    assert pictures_in(as_alice.get(again).content.decode()) == known
    # What has gone since is left out, and what is no number is not repeated.
    image.trash()
    known = pictures_in(as_alice.post(new, sent | {"strength": "much"}).content.decode())
    assert known == {"mode": "image", "source": None, "mask": None, "references": []}


def test_a_grid_has_its_axes_along_its_sides(studio, painter, as_alice):
    experiment = begun(studio, *SIX)
    draw_to_the_end(experiment)
    shown = page(as_alice, studio, experiment).content.decode()
    assert re.findall(r'columnheader" scope="col"><span class="clamp-2">(.*?)<', shown) == [
        "2",
        "4",
    ]
    assert shown.count("<tr") == 1 + 3
    assert shown.count('data-do="open"') == 6
    turned = page(as_alice, studio, experiment, "?order=10").content.decode()
    assert re.findall(r'columnheader" scope="col"><span class="clamp-2">(.*?)<', turned) == [*"789"]
    assert turned.count("<tr") == 1 + 2
    for nonsense in ("?order=77", "?order=0", "?page=99", "?page=x", "?order=²"):
        assert page(as_alice, studio, experiment, nonsense).status_code == 200


def test_a_third_axis_makes_pages(studio, painter, as_alice):
    experiment = begun(studio, *SIX, ("prompt", "a\nb"))
    first = page(as_alice, studio, experiment).content.decode()
    assert first.count('class="xcell"') == 6
    second = page(as_alice, studio, experiment, "?page=1").content.decode()
    places = re.findall(r'id="cell-(\d+)"', first + second)
    assert sorted(map(int, places)) == list(range(12))
    turned = page(as_alice, studio, experiment, "?order=210").content.decode()
    assert turned.count('class="xcell"') == 6
    assert "Swap columns and pages" in turned


def test_each_state_of_a_cell_is_shown(studio, painter, as_alice, alice):
    experiment = begun(
        studio, ("size", "64x64, 48x48, 4096x4096, 40x40"), skips=True, budget={"ceiling": 2}
    )
    jobs = list(Job.objects.order_by("id"))
    jobs[0].cancel()
    go_on(experiment.pk)
    said = words(page(as_alice, studio, experiment))
    assert "Cancelled 1 unit returned." in said
    assert "Not possible Height must be" in said or "Not possible Width must be" in said
    assert "in line" in said
    painter.address = "missing"
    painter.save()
    draw_portion(experiment)
    said = words(page(as_alice, studio, experiment))
    assert "This model&#x27;s files are not there." in said
    assert "Retry this one" in said
    assert "2 failed" in said


def test_a_cell_says_whether_its_picture_is_in_the_trash_or_gone(studio, painter, as_alice):
    experiment = begun(studio, ("seed", "7, 8"))
    draw_to_the_end(experiment)
    first, second = Image.objects.order_by("job__batch_id")
    first.trash()
    second.delete()
    said = words(page(as_alice, studio, experiment))
    assert said.count("In the trash") == said.count("Deleted for good") == 1


def test_a_cell_is_fetched_alone(studio, painter, as_alice):
    experiment = begun(studio, *SIX)
    answer = as_alice.get(at("experiment_cell", studio, experiment, 4), **FETCH)
    assert 'id="cell-4"' in answer.content.decode()
    assert as_alice.get(at("experiment_cell", studio, experiment, 6)).status_code == 404


def test_pause_go_on_and_stop(studio, painter, as_alice):
    experiment = begun(studio, *SIX)

    def press(name, **fields):
        answer = as_alice.post(at(f"experiment_{name}", studio, experiment) + "?order=10", fields)
        experiment.refresh_from_db()
        return answer

    answer = press("pause")
    assert answer["Location"].endswith(f"/experiments/{experiment.pk}/?order=10")
    assert experiment.state == "paused"
    assert press("pause").status_code == 409
    press("resume")
    assert experiment.state == "running"
    press("stop")
    assert (experiment.state, experiment.reason) == ("stopped", "person")
    assert states(experiment) == ["cancelled"] * 6


def test_the_ceiling_is_raised_to_go_on(studio, painter, as_alice):
    experiment = begun(studio, *SIX, budget={"ceiling": 4})
    draw_to_the_end(experiment)
    shown = page(as_alice, studio, experiment)
    assert "The ceiling leaves no room" in words(shown)
    resume = at("experiment_resume", studio, experiment)
    assert as_alice.post(resume, {"ceiling": "lots"}).status_code == 400
    as_alice.post(resume, {"ceiling": "6"})
    draw_to_the_end(experiment)
    assert (experiment.state, experiment.taken) == ("done", 6)


def test_failed_ones_are_retried_together(studio, painter, as_alice):
    painter.address = "missing"
    painter.save()
    experiment = begun(studio, *SIX)
    draw_to_the_end(experiment)
    assert "Retry 6 that failed" in words(page(as_alice, studio, experiment))
    painter.address = "steady"
    painter.save()
    answer = as_alice.post(at("experiment_retry", studio, experiment), follow=True)
    assert "6 pictures are asked for once more." in words(answer)
    draw_portion(experiment)
    assert states(experiment) == ["made"] * 6


def test_a_reader_of_another_language_reads_all_of_it(studio, painter, editor, as_alice, alice):
    Preference.objects.remember(alice, {"language": "de"})
    experiment = begun(studio, ("size", "64x64, 4096x4096"), skips=True)
    Experiment.objects.update(
        state="paused", reason="units", note="You have no units left today, this needs 1."
    )
    said = words(page(as_alice, studio, experiment))
    assert "bei diesem Modell zwischen 32 und 256 liegen" in said
    assert "Du hast heute keine Einheiten mehr" in said
    samplers = begun(studio, ("scheduler", "euler, own"), base={"model": editor.slug})
    said = words(page(as_alice, studio, samplers))
    assert "Der des Modells" in said


def test_what_it_made_is_downloaded(studio, painter, as_alice):
    experiment = begun(studio, *SIX)
    download = at("experiment_download", studio, experiment)
    assert as_alice.get(download).status_code == 404
    draw_to_the_end(experiment)
    answer = as_alice.get(download)
    names = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).namelist()
    assert len([name for name in names if name.endswith(".png")]) == 6
    table = b"".join(as_alice.get(f"{download}?as=csv").streaming_content).decode()
    assert len(table.splitlines()) == 7


def test_deleted_it_leaves_its_pictures(studio, painter, as_alice):
    experiment = begun(studio, *SIX)
    draw_to_the_end(experiment)
    answer = as_alice.post(at("experiment_delete", studio, experiment), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("experiments")
    assert not answer.context["page"].object_list
    assert page(as_alice, studio, experiment).status_code == 404
    assert as_alice.post(at("experiment_resume", studio, experiment)).status_code == 404
    collector.forget_experiments(now() - timedelta(days=30))
    assert Experiment.objects.count() == 1
    collector.forget_experiments(now())
    assert (Experiment.objects.count(), Cell.objects.count()) == (0, 0)
    assert Image.objects.count() == 6


def test_what_is_deleted_can_be_had_back_by_an_undo(studio, painter, as_alice, as_bob):
    experiment = begun(studio, *SIX)
    draw(claim()[:1])
    restore = at("experiment_restore", studio, experiment)
    said = as_alice.post(at("experiment_delete", studio, experiment), follow=True)
    undo = re.search(rf'<form method="post" action="{restore}">.*?</form>', said.content.decode())
    assert "data-undo" in undo[0]
    experiment.refresh_from_db()
    assert (experiment.state, experiment.underway, experiment.key) == ("stopped", 0, "")
    feed = as_alice.get(address("feed", studio)).content.decode()
    assert f"/experiments/{experiment.pk}/" not in feed
    assert as_bob.post(restore).status_code == 403
    answer = as_alice.post(restore, follow=True)
    assert "is back" in words(answer)
    assert page(as_alice, studio, experiment).status_code == 200
    assert (
        f"/experiments/{experiment.pk}/" in as_alice.get(address("feed", studio)).content.decode()
    )
    go_on(experiment.pk)
    assert states(experiment).count("cancelled") == 5
    assert as_alice.post(restore).status_code == 302


def test_the_same_form_makes_another_one_where_the_first_was_deleted(studio, painter, as_alice):
    create = address("experiment_create", studio)
    first = as_alice.post(create, form())["Location"]
    as_alice.post(f"{first}delete/")
    again = as_alice.post(create, form())["Location"]
    assert again != first
    assert as_alice.get(again).status_code == 200


def test_members_see_it_and_only_author_and_owner_change_it(
    studio, painter, as_alice, as_bob, as_charlie, bob
):
    experiment = begun(studio, *SIX)
    assert page(as_bob, studio, experiment).status_code == 200
    assert "Pause" not in words(page(as_bob, studio, experiment))
    assert as_bob.post(at("experiment_stop", studio, experiment)).status_code == 403
    assert page(as_charlie, studio, experiment).status_code == 404
    theirs = begun(studio, *SIX, author=bob)
    assert as_alice.post(at("experiment_stop", studio, theirs)).status_code == 302
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert as_bob.get(address("experiment_new", studio)).status_code == 403
    assert as_bob.post(address("experiment_create", studio), form()).status_code == 403
    assert as_bob.post(at("experiment_resume", studio, theirs)).status_code == 403


def test_a_form_sent_twice_is_one_experiment_and_changed_another(studio, painter, as_alice):
    create = address("experiment_create", studio)
    first = as_alice.post(create, form())["Location"]
    assert as_alice.post(create, form())["Location"] == first
    assert as_alice.post(create, form(prompt="a grey boat"))["Location"] != first
    assert Experiment.objects.count() == 2


def test_only_whose_units_it_takes_lets_it_go_on(studio, painter, as_alice, as_bob, bob):
    theirs = begun(studio, *SIX, author=bob, budget={"ceiling": 2})
    draw_to_the_end(theirs)
    assert (theirs.state, theirs.reason) == ("stopped", "ceiling")
    assert "Go on" not in words(page(as_alice, studio, theirs))
    resume = at("experiment_resume", studio, theirs)
    answer = as_alice.post(resume, {"ceiling": "6"})
    assert answer.status_code == 403
    assert "their units" in answer.content.decode()
    theirs.refresh_from_db()
    assert (theirs.state, theirs.ceiling) == ("stopped", 2)
    assert "Go on" in words(page(as_bob, studio, theirs))
    assert as_bob.post(resume, {"ceiling": "6"}).status_code == 302


def test_one_s_own_are_listed_with_what_they_are_at(studio, painter, as_alice, alice, as_bob, bob):
    draw_to_the_end(begun(studio, *SIX, name="My grid"))
    begun(studio, ("seed", "1"), author=bob, name="Bob's")
    shown = as_alice.get(reverse("experiments"))
    said = words(shown)
    assert "My grid 6 of 6 pictures · 6 units · Studio" in said
    assert "Done" in said
    assert "Bob" not in said
    assert ".small.webp" in shown.content.decode()
    Experiment.objects.update(created=datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert "1 May 2026" in words(as_alice.get(reverse("experiments")))
    Preference.objects.remember(alice, {"language": "de"})
    assert "1. Mai 2026" in words(as_alice.get(reverse("experiments")))
    Membership.objects.filter(user=bob).delete()
    assert "Bob" not in words(as_bob.get(reverse("experiments")))


def test_pages_ask_no_more_of_the_database_for_more(
    studio, painter, as_alice, django_assert_max_num_queries
):
    experiment = begun(studio, ("num_inference_steps", "1-6"), ("seed", "1-6"))
    draw_to_the_end(experiment)
    for _ in range(12):
        begun(studio, ("seed", "1"))
    with django_assert_max_num_queries(25):
        page(as_alice, studio, experiment)
    with django_assert_max_num_queries(15):
        as_alice.get(reverse("experiments"))


def test_the_form_knows_what_the_model_allows(studio, editor, as_alice, alice):
    Style.objects.create(name="Ink", scope=Scope.PERSONAL, owner=alice)
    shown = as_alice.get(address("experiment_new", studio)).content.decode()
    choices = json.loads(re.search(r'id="axis-choices"[^>]*>(.*?)</script>', shown)[1])
    known = {each["name"]: each["choices"] for each in choices}
    assert known["scheduler"] == ["euler", "ddim"]
    assert "Ink" in known["style"]
    assert "strength" in known
    assert "1:1" in known["size"]
