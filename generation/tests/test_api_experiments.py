"""Experiments by REST: asked for, looked at, stopped."""

import json

import pytest

from generation.api.experiments import MOST_OTHERS
from generation.models import Experiment, Job
from generation.tests.engine import without_cap
from generation.tests.experiments import begun, draw_to_the_end
from generation.tests.programs import key_client
from workspaces.models import Membership


@pytest.fixture(autouse=True)
def _rich(alice, bob):
    without_cap(alice)
    without_cap(bob)


def order(program, **body):
    body = {"prompt": "a red house", "model": "painter", "workspace": "studio", **body}
    return program.post("/api/experiments", body, content_type="application/json")


def test_a_grid_is_ordered_and_looked_at(program, studio, painter):
    answer = order(program, axes={"steps": "2-4", "seed": [7, 8]}, ceiling=5, name="My grid")
    assert answer.status_code == 202
    said = answer.json()
    assert (said["pictures"], said["begun"], said["underway"]) == (6, 5, 5)
    assert [axis["values"] for axis in said["axes"]] == [["2", "3", "4"], ["7", "8"]]
    assert said["axes"][0]["name"] == "num_inference_steps"
    assert [cell["at"] for cell in said["cells"][:3]] == [[0, 0], [0, 1], [1, 0]]
    assert [cell["seed"] for cell in said["cells"]] == [7, 8] * 3
    draw_to_the_end(Experiment.objects.get())
    said = program.get(f"/api/experiments/{said['experiment_id']}").json()
    assert (said["state"], said["reason"], said["units"]) == ("stopped", "ceiling", 5)
    assert sum(cell["image_id"] is not None for cell in said["cells"]) == 5
    assert program.get(said["cells"][0]["status_url"]).json()["status"] == "COMPLETED"
    listed = program.get("/api/experiments").json()["experiments"]
    assert [each["name"] for each in listed] == ["My grid"]
    assert "cells" not in listed[0]


def test_a_dry_run_says_what_it_would_take(program, studio, painter):
    said = order(program, axes={"size": ["64x64", "9x9"]}, dry_run=True, mood="calm").json()
    assert (said["pictures"], said["units"], said["ceiling"]) == (1, 1, 1)
    assert said["expected_seconds"] is None
    assert said["problems"][0]["pictures"] == 1
    assert "`mood` is not known here and was not used." in said["remarks"]
    assert Experiment.objects.count() == 0


@pytest.mark.parametrize(
    "rows",
    [
        "prompt,steps\na house,2\na boat,3",
        [{"prompt": "a house", "steps": 2}, {"prompt": "a boat", "steps": 3}],
    ],
)
def test_a_list_of_prompts(program, studio, painter, rows):
    assert order(program, rows=rows).json()["pictures"] == 2
    batches = [job.batch for job in Job.objects.select_related("batch").order_by("id")]
    assert [(each.prompt, each.num_inference_steps) for each in batches] == [
        ("a house", 2),
        ("a boat", 3),
    ]


def test_prompts_alone(program, studio, painter):
    assert order(program, rows=["a house, red", "a boat"]).json()["pictures"] == 2


@pytest.mark.parametrize("as_row", [str, lambda prompt: {"prompt": prompt}])
def test_a_program_means_what_it_sends(program, studio, painter, as_row):
    prompts = ["=red", "'=quoted", "a 'boat'"]
    order(program, rows=[as_row(prompt) for prompt in prompts])
    assert [job.batch.prompt for job in Job.objects.order_by("id")] == prompts


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"axes": []}, "axis1"),
        ({"axes": "steps"}, "axes"),
        ({"axes": {"steps": [True]}}, "axes"),
        ({"axes": {"steps": {"from": 1}}}, "axes"),
        ({"axes": {"steps": 900}}, "axis1"),
        ({"rows": 7}, "rows"),
        ({"rows": []}, "rows"),
        ({"axes": {"seed": 1}, "ceiling": "lots"}, "ceiling"),
        ({"axes": {"seed": 1}, "ceiling": [1]}, "ceiling"),
        ({"axes": {"seed": 1}, "stop_after": 0}, "stop_after"),
        ({"axes": {"seed": 1}, "name": 7}, "name"),
        ({"axes": {"seed": 1}, "count": 2}, "count"),
        ({"axes": {"seed": 1}, "workspace": "nowhere"}, "workspace"),
        ({"axes": {"seed": 1}, "model": "nobody"}, "model"),
    ],
)
def test_what_will_not_do_is_refused_with_its_field(program, studio, painter, body, field):
    answer = order(program, **body)
    assert 400 <= answer.status_code < 500
    assert field in answer.json()["error"]["fields"]
    assert Experiment.objects.count() == 0


def test_what_is_not_possible_is_left_out_where_that_is_asked_for(program, studio, painter):
    axes = {"size": "64x64, 9x9"}
    assert order(program, axes=axes).json()["error"]["code"] == "not_possible"
    said = order(program, axes=axes, skip_impossible=True).json()
    assert [cell["state"] for cell in said["cells"]] == ["underway", "refused"]


def test_what_no_database_keeps_is_left_out(program, studio, painter):
    body = (
        r'{"prompt": "a\u0000 house", "model": "painter", "workspace": "studio",'
        r' "name": "My grid\u0000", "axes": {"prompt": ["a \u0000house", "a boat"]}}'
    )
    answer = program.post("/api/experiments", body, content_type="application/json")
    assert answer.status_code == 202
    row = Experiment.objects.get()
    assert row.name == "My grid"
    assert [value["label"] for value in row.axes[0]["values"]] == ["a house", "a boat"]
    kept = json.dumps([row.asked, row.axes])
    assert r"\u0000" not in kept


def test_a_name_for_each_row_makes_no_table_of_millions(program, studio, painter):
    rows = [{"prompt": "a house"}, *({"prompt": "a boat", f"mood {n}": "calm"} for n in range(90))]
    said = order(program, rows=rows, dry_run=True).json()
    assert said["pictures"] == 91
    assert len(said["remarks"]) == MOST_OTHERS


def test_the_same_key_is_the_same_experiment(program, studio, painter):
    def ask(prompt):
        return program.post(
            "/api/experiments",
            {"prompt": prompt, "model": "painter", "axes": {"seed": [1, 2]}, "ceiling": 1.5},
            content_type="application/json",
            headers={"Idempotency-Key": "once"},
        )

    assert len({ask("a house").json()["experiment_id"] for _ in range(2)}) == 1
    answer = ask("a boat")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "idempotency_key_reused"
    assert Job.objects.count() == 1


def test_pause_resume_and_stop(program, studio, painter):
    url = f"/api/experiments/{order(program, axes={'seed': '1-9'}).json()['experiment_id']}"

    def press(verb, **body):
        return program.post(f"{url}/{verb}", body, content_type="application/json")

    assert press("pause").json()["state"] == "paused"
    assert press("pause").status_code == 409
    assert press("resume", ceiling=1).status_code == 409
    assert press("resume", ceiling=20).json()["ceiling"] == 20
    said = press("stop").json()
    assert (said["state"], said["underway"], said["units"]) == ("stopped", 0, 0)


def test_others_find_nothing_and_members_change_nothing(program, studio, painter, bob, charlie):
    experiment = begun(studio, ("seed", "1"))
    url = f"/api/experiments/{experiment.pk}"
    assert key_client(charlie).get(url).status_code == 404
    assert key_client(charlie).post(f"{url}/stop").status_code == 404
    as_bob = key_client(bob)
    assert as_bob.get(url).status_code == 200
    assert as_bob.post(f"{url}/stop").status_code == 403
    assert as_bob.get("/api/experiments").json()["experiments"] == []
    theirs = begun(studio, ("seed", "1"), author=bob)
    assert program.post(f"/api/experiments/{theirs.pk}/stop").status_code == 200
    assert program.post(f"/api/experiments/{theirs.pk}/resume").status_code == 403
    Membership.objects.filter(user=bob).delete()
    assert as_bob.get(f"/api/experiments/{theirs.pk}").status_code == 404


def test_a_large_one_takes_no_more_queries(program, studio, painter, django_assert_max_num_queries):
    experiment = begun(studio, ("seed", "1-30"))
    with django_assert_max_num_queries(12):
        program.get(f"/api/experiments/{experiment.pk}")
