"""One job, any door (D10): asked for at one, seen at another, ended at a third."""

import json

import pytest
from django.conf import settings

from accounts.models import Notice
from chat.tests.mcp_site import Server, Worker, call, key_of, text
from generation.models import Batch
from generation.tests.programs import key_client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(scope="module")
def url():
    with Server() as server:
        yield server.url


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


def said(answer):
    """Of a program, as if it had come to the site by its own address."""
    return json.loads(answer.content.decode().replace("http://testserver", settings.SITE_URL))


def by_rest(alice):
    body = json.dumps({"prompt": "a red house", "model": "painter", "count": 2})
    return said(key_client(alice).post("/api/v1/generate", body, content_type="application/json"))


def test_a_job_walks_through_the_doors(url, alice, as_alice, studio, painter):
    asked = by_rest(alice)
    batch, job = asked["batch_id"], asked["job_id"]

    # The page shows it, and says where it came from.
    link = asked["page_url"].removeprefix(settings.SITE_URL)
    page = as_alice.get(link, follow=True).content.decode()
    assert f'id="batch-{batch}"' in page
    assert "through the API" in page

    # An assistant ends one of its pictures.
    key = key_of(alice)
    seen = call(url, key, "get_generation", {"batch_id": batch}).structured_content
    assert [each["state"] for each in seen["jobs"]] == ["queued", "queued"]
    assert seen["page_url"].endswith(link)
    call(url, key, "cancel_generation", {"job_id": job})

    # All doors say the same of both.
    with Worker():
        told = call(url, key, "get_generation", {"batch_id": batch, "wait_seconds": 30})
    program = key_client(alice)
    for each in told.structured_content["jobs"]:
        assert said(program.get(f"/api/v1/jobs/{each['job_id']}")) == each
    assert [each["state"] for each in told.structured_content["jobs"]] == ["cancelled", "succeeded"]
    card = as_alice.get(f"/w/studio/batches/{batch}/").content.decode()
    assert "1 of 2 done" in card
    assert link in text(told)


def test_what_an_assistant_asked_for_is_seen_on_the_page_and_by_programs(
    url, alice, as_alice, studio, painter
):
    made = call(url, key_of(alice), "pix_generate", {"prompt": "a fox", "wait_seconds": 0})
    batch = Batch.objects.get()
    card = as_alice.get(f"/w/studio/batches/{batch.pk}/").content.decode()
    assert "through an assistant (MCP)" in card
    job = made.structured_content["jobs"][0]["job_id"]
    program = key_client(alice)
    assert program.get(f"/api/v1/jobs/{job}").json()["door"] == "mcp"
    assert program.post(f"/api/v1/jobs/{job}/cancel").json()["state"] == "cancelled"
    seen = call(url, key_of(alice), "get_generation", {"job_id": job}).structured_content
    assert seen["jobs"][0]["state"] == "cancelled"


def test_what_a_client_of_openais_form_made_is_found_by_an_assistant(
    url, alice, as_alice, studio, painter
):
    body = json.dumps({"prompt": "an owl", "model": "painter", "response_format": "url"})
    with Worker():
        answer = key_client(alice).post("/v1/images/generations", body, "application/json")
    link = said(answer)["page_url"]
    assert (
        "through the OpenAI dialect"
        in as_alice.get(link.removeprefix(settings.SITE_URL), follow=True).content.decode()
    )
    found = call(url, key_of(alice), "list_images", {"query": "owl"}).structured_content["images"]
    seen = call(url, key_of(alice), "get_generation", {"batch_id": found[0]["batch_id"]})
    assert seen.structured_content["page_url"] == link
    assert seen.structured_content["jobs"][0]["door"] == "openai"


def test_one_choice_of_notices_counts_for_all_doors(url, alice, studio, painter):
    """Where pictures were asked for changes nothing of how their person is told."""
    painter.address = "crash"
    painter.save()
    with Worker():
        made = call(url, key_of(alice), "pix_generate", {"prompt": "a fox"})
    notice = Notice.objects.get(user=alice)
    assert notice.kind == "failed"
    assert made.structured_content["page_url"] == settings.SITE_URL + notice.link
