"""Finished pictures and previews pass the policy before anybody sees them."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.timezone import now
from PIL import Image as Picture

from billing.models import Account
from generation.collector import collect
from generation.models import Image, Job, SafetyCase, Service
from generation.providers.errors import HeldBack
from generation.safety import outputs, previews, quarantine
from generation.tests import fake_engine
from generation.tests.engine import ask_one, draw_all
from generation.tests.stand_ins.server import Reply, StandIn

pytestmark = pytest.mark.once


class Moderation(StandIn):
    """Pixazo's content safety: it fetches the picture, as the real one must, and answers."""

    def __init__(self):
        super().__init__()
        self.says = {"flagged": False}
        self.status = 200
        self.path = "/content-safety/v1/image-moderation"
        self.key = "ocp-apim-subscription-key", "the-key"

    def answer(self, asked, connection):
        name, value = self.key
        assert (asked.path, asked.headers.get(name)) == (self.path, value)
        return Reply.of(self.says, self.status)


@pytest.fixture
def moderation(db, settings):
    with Moderation() as server:
        settings.TRUSTED_HOSTS = [server.host]
        settings.CONTENT_SAFETY = True
        settings.SAFETY = "standard"
        settings.SITE_URL = "https://pictures.example"
        Service.objects.update_or_create(
            slug="pixazo",
            defaults={
                "kind": "pixazo",
                "name": "Pixazo.ai",
                "base_url": f"http://{server.host}",
                "api_key": "the-key",
            },
        )
        yield server


def drawn(studio, painter):
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    return job


def test_a_picture_that_passes_is_kept(studio, painter, moderation):
    assert drawn(studio, painter).state == "succeeded"
    (asked,) = moderation.journal
    assert asked.json["image_url"].startswith("https://pictures.example/")


def test_it_is_asked_as_staff_have_said(studio, painter, moderation):
    row = Service.objects.get(slug="pixazo")
    row.moderation_path, row.key_header, row.key_prefix = "/v2/check", "X-Api-Key", "Token"
    row.save()
    moderation.path, moderation.key = "/v2/check", ("x-api-key", "Token the-key")
    assert drawn(studio, painter).state == "succeeded"
    assert len(moderation.journal) == 1
    assert "ocp-apim-subscription-key" not in moderation.journal[0].headers


def test_a_service_that_has_no_such_check_is_not_asked(studio, painter, moderation):
    Service.objects.update(moderation_path="")
    job = drawn(studio, painter)
    assert (job.state, job.error_code) == ("failed", "safety_unavailable")
    assert moderation.journal == []


def test_what_is_handed_to_the_check_is_the_picture(studio, painter, moderation, client):
    drawn(studio, painter)
    address = moderation.journal[0].json["image_url"]
    answer = client.get(address.removeprefix("https://pictures.example"))
    assert answer.status_code == 200
    assert b"".join(answer).startswith(b"\x89PNG")


def test_a_flagged_picture_is_held_back_and_its_unit_returned(
    studio, painter, alice, moderation, as_alice
):
    moderation.says = {"flagged": True, "categories": {"sexual": 0.01, "violence": 0.97}}
    job = drawn(studio, painter)
    assert (job.state, job.error_code) == ("blocked", "blocked")
    assert not Image.objects.exists()
    assert Account.objects.of(alice).taken_today == 0
    case = SafetyCase.objects.get()
    assert (case.job, case.reason, case.stage) == (job, "violence", "output")
    assert default_storage.exists(case.quarantined)
    assert "Held back" in as_alice.get(f"/w/studio/jobs/{job.pk}/").content.decode()


def test_after_a_withdrawn_decision_the_picture_is_not_asked_about_again(
    studio, painter, moderation, dora, alice
):
    moderation.says = {"flagged": True}
    job = drawn(studio, painter)
    SafetyCase.objects.get().decide(dora, stands=False)
    job.refresh_from_db()
    assert job.is_retryable
    from generation.retry import retry

    retry(job, alice)
    draw_all()
    assert Job.objects.get(pk=job.pk).state == "succeeded"
    assert len(moderation.journal) == 1


@pytest.mark.parametrize(
    ("says", "status"), [({}, 200), ({"error": "x"}, 500), ({"error": "x"}, 401)]
)
def test_what_could_not_be_looked_at_is_not_shown_and_costs_nothing(
    studio, painter, alice, moderation, says, status
):
    moderation.says, moderation.status = says, status
    job = drawn(studio, painter)
    assert (job.state, job.error_code) == ("failed", "safety_unavailable")
    assert not Image.objects.exists()
    assert Account.objects.of(alice).taken_today == 0


def test_a_busy_check_is_waited_for(studio, painter, moderation, monkeypatch):
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        moderation.status = 200

    monkeypatch.setattr(outputs, "time", SimpleNamespace(sleep=pause, monotonic=time.monotonic))
    moderation.status = 503
    assert drawn(studio, painter).state == "succeeded"
    assert pauses
    assert len(moderation.journal) == 2


def test_without_a_level_nothing_is_asked(studio, painter, moderation, settings):
    settings.SAFETY = "off"
    assert drawn(studio, painter).state == "succeeded"
    assert moderation.journal == []


def test_previews_show_colours_only_while_pictures_are_looked_at(
    studio, painter, moderation, settings
):
    job = ask_one(studio, painter)
    frame = Picture.effect_noise((64, 64), 90).convert("RGB")
    veiled = previews.shown(frame, job)
    assert len(veiled.getcolors(10_000)) <= previews.ACROSS**2 < len(frame.getcolors(10_000))
    settings.CONTENT_SAFETY = False
    assert previews.shown(frame, job) is frame


def test_a_services_own_check_makes_a_case_too(studio, painter, alice, monkeypatch):
    def refuse(self, requests, report):
        raise HeldBack("The service's safety check stopped this picture.", reason="sexual")

    monkeypatch.setattr(fake_engine.Provider, "generate", refuse)
    job = drawn(studio, painter)
    assert job.state == "blocked"
    case = SafetyCase.objects.get()
    assert (case.job, case.reason, case.quarantined) == (job, "sexual", "")
    assert Account.objects.of(alice).taken_today == 0


def test_what_is_appealed_while_the_quarantine_is_emptied_stays_there(
    studio, painter, moderation, monkeypatch
):
    moderation.says = {"flagged": True}
    for _ in range(2):
        drawn(studio, painter)
    late, silent = SafetyCase.objects.order_by("pk")
    kind = type(SafetyCase.objects.all())
    update = kind.update

    def appealed_first(rows, **changes):
        if "quarantined" in changes:
            late.object_to("It is art.")
        return update(rows, **changes)

    monkeypatch.setattr(kind, "update", appealed_first)
    quarantine.empty(now() + timedelta(days=1))
    late.refresh_from_db()
    assert late.state == "appealed"
    assert default_storage.exists(late.quarantined)
    assert not default_storage.exists(silent.quarantined)


def test_what_the_quarantine_has_lost_by_then_is_neither_appealed_nor_withdrawn(
    studio, painter, moderation, dora
):
    """It was there when the page was read; nobody could look at it any more."""
    moderation.says = {"flagged": True}
    drawn(studio, painter)
    read_before = SafetyCase.objects.get()
    quarantine.empty(now() + timedelta(days=1))
    assert read_before.may_be_appealed
    assert not read_before.object_to("It is art.")
    assert not read_before.decide(dora, stands=False)
    assert SafetyCase.objects.get().state == "held"
    assert read_before.decide(dora, stands=True)


def test_two_may_empty_the_quarantine_at_once(db, monkeypatch):
    keys = [default_storage.save(f"quarantine/{n}.png", ContentFile(b"x")) for n in range(2)]
    monkeypatch.setattr(quarantine, "stored_keys", lambda folder: [*keys, "quarantine/gone.png"])
    assert quarantine.empty(now() + timedelta(days=1)) == (2, 2)


def test_the_quarantine_is_emptied_when_nobody_needs_it_any_more(studio, painter, moderation, dora):
    moderation.says = {"flagged": True}
    for _ in range(3):
        drawn(studio, painter)
    decided, appealed, silent = SafetyCase.objects.order_by("pk")
    decided.decide(dora, stands=True)
    appealed.object_to("It is art.")
    collect()
    assert all(default_storage.exists(case.quarantined) for case in (decided, appealed, silent))
    with time_machine.travel(now() + timedelta(days=91)):
        collect()
    kept = [
        case.pk for case in (decided, appealed, silent) if default_storage.exists(case.quarantined)
    ]
    assert kept == [appealed.pk]
