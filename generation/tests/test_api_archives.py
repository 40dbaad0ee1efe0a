"""A workspace's archive by programs: written and fetched, sent, looked at and taken in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from generation.models import Image
from generation.tests.archives import content
from generation.tests.engine import ask, draw_all
from workspaces.archive import staging, working
from workspaces.models import ArchiveJob, Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
JSON = {"content_type": "application/json"}


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """Whoever is rung for works at once, in the test's own thread."""
    for place in ("generation.api.archives.ring", "workspaces.archive.sending.ring"):
        monkeypatch.setattr(place, working.work)


@pytest.fixture
def written(studio, painter, as_alice):
    """The studio with a picture, as the API hands it out."""
    ask(studio, painter, prompt="a fox")
    draw_all()
    begun = as_alice.post("/api/v1/workspaces/studio/archives")
    assert begun.status_code == 202
    job = as_alice.get(f"/api/v1/archives/{begun.json()['id']}").json()
    assert (job["kind"], job["state"], job["workspace"]) == ("export", "done", "studio")
    response = as_alice.get(job["file_url"])
    assert response["Content-Type"] == "application/gzip"
    raw = b"".join(response.streaming_content)
    assert len(raw) == job["bytes"]
    return raw


def test_what_was_fetched_comes_in_where_somebody_says_so(written, as_bob, bob, tmp_path):
    sent = as_bob.post("/api/v1/archives", {"file": SimpleUploadedFile("a.tar.gz", written)})
    assert sent.status_code == 202
    at = f"/api/v1/archives/{sent.json()['id']}"
    job = as_bob.get(at).json()
    assert (job["state"], job["found"]["pictures"], job["came"]) == ("ready", 1, None)
    assert {"title": "Topics", "new": 1, "same": 0, "conflict": 0} in job["found"]["lines"]
    assert not Workspace.objects.filter(owner=bob).exists()
    assert as_bob.post(f"{at}/take", {"policy": "copy"}, **JSON).status_code == 202
    done = as_bob.get(at).json()
    place = Workspace.objects.get(owner=bob)
    assert (done["state"], done["workspace"], done["came"]["held"]) == ("done", place.slug, 0)
    assert Image.objects.get(workspace=place).recipe["prompt"] == "a fox"
    assert as_bob.post(f"{at}/take").status_code == 409
    assert as_bob.delete(at).status_code == 204
    assert as_bob.get(at).status_code == 404
    path = tmp_path / "a.tar.gz"
    path.write_bytes(written)
    assert content(path)["topics"]


def test_a_large_one_comes_in_parts(written, as_bob, bob):
    begun = as_bob.post("/api/v1/archives", {"name": "a.tar.gz", "size": len(written)}, **JSON)
    job = begun.json()
    assert (job["state"], job["most_bytes_of_a_part"]) == ("sending", staging.MOST_PART)
    half = len(written) // 2
    for number, part in enumerate((written[:half], written[half:])):
        body = {"part": SimpleUploadedFile("part", part), "number": number}
        assert as_bob.post(job["parts_url"], body).status_code == 200
    again = {"part": SimpleUploadedFile("part", b"x"), "number": 0}
    assert as_bob.post(job["parts_url"], again).json()["code"] == "out_of_order"
    assert as_bob.post(job["parts_url"], {"number": "2"}).status_code == 400
    at = f"/api/v1/archives/{job['id']}"
    assert as_bob.post(f"{at}/look").status_code == 202
    assert as_bob.post(f"{at}/look").json()["code"] == "wrong_state"
    assert as_bob.get(at).json()["found"]["pictures"] == 1


def test_what_is_no_archive_is_refused_with_a_sentence(as_alice, settings):
    file = SimpleUploadedFile("a.tar.gz", b"nothing of the kind")
    at = f"/api/v1/archives/{as_alice.post('/api/v1/archives', {'file': file}).json()['id']}"
    job = as_alice.get(at).json()
    assert job["state"] == "failed"
    assert job["error"]
    assert as_alice.post(f"{at}/take").status_code == 409
    assert as_alice.get(f"{at}/file").status_code == 404
    assert as_alice.post("/api/v1/archives", {"name": "x"}, **JSON).status_code == 400
    settings.ARCHIVE_GB = 0.001
    large = as_alice.post("/api/v1/archives", {"name": "x", "size": 2_000_000}, **JSON)
    assert large.status_code == 413


def test_only_an_owner_has_one_written_or_taken_in(studio, as_bob, as_charlie, alice):
    assert as_bob.post("/api/v1/workspaces/studio/archives").status_code == 404
    into = {"name": "x", "size": 5, "workspace": "studio"}
    assert as_bob.post("/api/v1/archives", into, **JSON).status_code == 404
    job = ArchiveJob.export(studio, alice)
    assert as_charlie.get(f"/api/v1/archives/{job.pk}").status_code == 404
    assert as_bob.get("/api/v1/archives").json() == {"archives": [], "next": None}


def test_they_are_listed_by_the_page(studio, as_alice, alice):
    for _ in range(3):
        ArchiveJob.objects.create(person=alice, workspace=studio, kind="export", state="failed")
    first = as_alice.get("/api/v1/archives?limit=2").json()
    assert len(first["archives"]) == 2
    assert len(as_alice.get(first["next"]).json()["archives"]) == 1


def test_what_is_too_much_at_once_takes_nothing_away(written, as_bob, monkeypatch):
    kept = as_bob.post("/api/v1/archives", {"file": SimpleUploadedFile("a.tar.gz", written)})
    monkeypatch.setattr(staging, "MOST_PART", 10)
    large = as_bob.post("/api/v1/archives", {"file": SimpleUploadedFile("b.tar.gz", b"x" * 11)})
    assert large.status_code == 413
    jobs = as_bob.get("/api/v1/archives").json()["archives"]
    assert [(each["id"], each["state"]) for each in jobs] == [(kept.json()["id"], "ready")]
