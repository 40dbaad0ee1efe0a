import pytest

from generation.estimate import held
from generation.tests.engine import ask, claim, draw_all
from generation.tests.programs import key_client

pytestmark = pytest.mark.both


def test_own_jobs_come_in_full_and_others_only_as_counts(program, studio, painter, bob):
    ask(studio, painter, prompt="alice's fox", count=2)
    ask(studio, painter, prompt="bob's secret", author=bob)
    claim()
    answer = program.get("/api/queue").json()
    assert (answer["waiting"], answer["running"]) == (2, 1)
    assert answer["own"] == {"waiting": 1, "running": 1}
    assert [job["prompt"] for job in answer["jobs"]] == ["alice's fox"] * 2
    assert {job["status"] for job in answer["jobs"]} == {"PENDING", "PROCESSING"}
    assert "secret" not in str(answer)


def test_a_place_is_said_for_what_waits(program, studio, painter):
    ask(studio, painter, count=3)
    assert [job["position"] for job in program.get("/api/queue").json()["jobs"]] == [1, 2, 3]


def test_what_has_ended_has_left_the_queue(program, studio, painter):
    ask(studio, painter).cancel()
    assert program.get("/api/queue").json() == {
        "waiting": 0,
        "running": 0,
        "own": {"waiting": 0, "running": 0},
        "paused": False,
        "eta_accuracy": None,
        "jobs": [],
    }


def test_a_long_queue_takes_as_many_queries_as_a_short_one(
    program, studio, painter, django_assert_max_num_queries, monkeypatch
):
    # What is kept for some seconds is not asked for anew as they end in the midst of a request.
    for module in (held, held.work):
        monkeypatch.setattr(module, "KEEP_SECONDS", 10**9)
    ask(studio, painter)
    program.get("/api/queue")
    for _ in range(2):
        ask(studio, painter, count=4)
    with django_assert_max_num_queries(14):
        assert len(program.get("/api/queue").json()["jobs"]) == 9


def test_a_stranger_sees_nothing_of_anybodys_work(studio, painter, charlie):
    ask(studio, painter, prompt="alice's secret")
    assert "secret" not in str(key_client(charlie).get("/api/queue").json())


def test_ten_submissions_are_ten_rows_that_can_each_be_cancelled(program, studio, painter):
    jobs = [ask(studio, painter).jobs.get() for _ in range(10)]
    rows = program.get("/api/queue").json()["jobs"]
    assert [row["job_id"] for row in rows] == [str(job.pk) for job in jobs]
    for row in rows:
        answer = program.post(f"/api/jobs/{row['job_id']}/cancel").json()
        assert answer["state"] == "cancelled"
    assert program.get("/api/queue").json()["jobs"] == []


def test_a_paused_queue_waits_until_it_is_resumed(program, studio, painter):
    ask(studio, painter)
    assert program.post("/api/queue/pause").json()["paused"]
    (row,) = program.get("/api/queue").json()["jobs"]
    assert (row["paused"], row["position"]) == (True, None)
    assert claim() == []
    answer = program.post("/api/queue/resume").json()
    assert not answer["paused"]
    assert answer["jobs"][0]["position"] == 1
    assert len(claim()) == 1


def test_one_goes_before_the_others(program, studio, painter):
    jobs = list(ask(studio, painter, count=3).jobs.all())
    answer = program.post(f"/api/queue/{jobs[2].pk}/first").json()
    assert [row["job_id"] for row in answer["jobs"]] == [str(jobs[place].pk) for place in (2, 0, 1)]
    assert claim()[0].pk == jobs[2].pk


def test_what_is_drawn_already_can_not_go_first(program, studio, painter):
    ask(studio, painter)
    (job,) = claim()
    answer = program.post(f"/api/queue/{job.pk}/first")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_waiting")


def test_nobody_rearranges_other_peoples_queues(studio, painter, bob, charlie):
    job = ask(studio, painter).jobs.get()
    for stranger in (bob, charlie):
        assert key_client(stranger).post(f"/api/queue/{job.pk}/first").status_code == 404


def test_staff_see_that_the_time_classes_were_kept(studio, painter, dora, program):
    ask(studio, painter)
    ask(studio, painter, time_class="whenever")
    draw_all()
    assert "report" not in program.get("/api/queue").json()
    report = key_client(dora).get("/api/queue").json()["report"]
    assert [(line["time_class"], line["jobs"]) for line in report] == [("now", 1), ("whenever", 1)]
    assert report[1]["before_others"] == 0


def test_all_that_waits_is_cancelled_at_once_and_nobody_elses(program, studio, painter, bob):
    ask(studio, painter, count=3)
    others = ask(studio, painter, author=bob).jobs.get()
    (drawn,) = claim()
    told = program.post("/api/v1/queue/cancel", content_type="application/json").json()
    assert (told["cancelled"], told["own"]) == (2, {"waiting": 0, "running": 1})
    others.refresh_from_db()
    assert others.state == "queued"
    told = program.post("/api/v1/queue/cancel", {"running": True}, "application/json").json()
    assert told["cancelled"] == 1
    drawn.refresh_from_db()
    assert drawn.state == "cancelled"


def test_experiments_put_no_others_in_place_of_what_was_cancelled(program, studio, painter):
    order = {"prompt": "a fox", "axes": {"seed": [1, 2]}, "workspace": studio.slug}
    made = program.post("/api/v1/experiments", order, "application/json")
    assert made.status_code == 202, made.content
    assert program.post("/api/v1/queue/cancel").status_code == 200
    state = program.get(f"/api/v1/experiments/{made.json()['experiment_id']}").json()["state"]
    assert state == "paused"


def test_what_is_not_understood_cancels_nothing(program, studio, painter):
    ask(studio, painter)
    for body in ({"running": 1}, {"all": True}):
        assert program.post("/api/v1/queue/cancel", body, "application/json").status_code == 400
    assert program.get("/api/v1/queue").json()["own"]["waiting"] == 1
