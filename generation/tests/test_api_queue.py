from generation.tests.engine import ask, claim
from generation.tests.programs import key_client


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
        "jobs": [],
    }


def test_a_long_queue_takes_as_many_queries_as_a_short_one(
    program, studio, painter, django_assert_max_num_queries
):
    ask(studio, painter)
    program.get("/api/queue")
    for _ in range(2):
        ask(studio, painter, count=4)
    with django_assert_max_num_queries(12):
        assert len(program.get("/api/queue").json()["jobs"]) == 9


def test_a_stranger_sees_nothing_of_anybodys_work(studio, painter, charlie):
    ask(studio, painter, prompt="alice's secret")
    assert "secret" not in str(key_client(charlie).get("/api/queue").json())
