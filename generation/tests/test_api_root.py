import pytest
from django.test import Client

pytestmark = pytest.mark.once


def test_the_root_says_version_and_doors_to_everybody(db):
    answer = Client().get("/api/").json()
    assert answer["version"]
    assert Client().get(answer["links"]["health"]).status_code == 200
    for door in ("models", "queue"):
        assert Client().get(answer["links"][door]).status_code == 401


@pytest.mark.parametrize("path", ["/api/nothing", "/api/models/1", "/api/generate/x"])
def test_an_unknown_door_is_a_404_in_json(program, path):
    response = program.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["message"] == "There is nothing here, or it isn't yours."


@pytest.mark.parametrize("path", ["/api/", "/api/health", "/api/models", "/api/queue"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_read_can_not_be_written(program, path, method):
    response = getattr(program, method)(path)
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/health", "/api/models", "/api/queue", "/api/generate"]
)
def test_no_cache_keeps_an_answer(program, path):
    assert program.get(path)["Cache-Control"] == "no-store"


def test_nobody_elses_site_may_read_the_answers(program, painter):
    response = program.get("/api/models", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in response
