import pytest

pytestmark = pytest.mark.both

NUL = "\x00"


@pytest.mark.parametrize("path", ["/generated/a%00.png", "/w/stu%00dio/", "/api/status/%00"])
def test_an_address_with_a_nul_is_not_found(as_alice, studio, path):
    assert as_alice.get(path).status_code == 404


def test_a_search_with_a_nul_is_refused_in_words(as_alice, studio):
    answer = as_alice.get("/workspaces/", {"q": NUL})
    assert answer.status_code == 400
    assert "NUL" in answer.content.decode()


@pytest.mark.parametrize("field", ["model", "prompt", "width"])
def test_a_form_with_a_nul_is_refused_and_nothing_kept(as_alice, studio, painter, field):
    form = {"prompt": "a house", "model": painter.slug, field: f"x{NUL}"}
    answer = as_alice.post("/w/studio/generate/", form, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert not studio.batches.exists()
