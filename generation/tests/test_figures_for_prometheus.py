"""/metrics: complete, readable by Prometheus, and with nobody's name in it."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.utils.timezone import now
from prometheus_client.parser import text_string_to_metric_families

from billing import figures as units
from generation.models import Job, Transition, Worker
from generation.tests.engine import ask, ask_one, draw_all
from pixazo import landmarks
from pixazo.watching import counters, families
from pixazo.watching.counters import note_call

pytestmark = pytest.mark.both

ALERTS = settings.BASE_DIR / "docs" / "alerts.yml"
# A label says what kind of thing it is: of each there are few.
LABELS = {
    *("route", "method", "status", "le", "code", "outcome", "service", "version", "room", "what"),
    *("state", "model", "lane", "reason", "attempts", "phase", "quantile", "worker", "disk"),
    *("kind", "channel", "directive", "blocked"),
}


@pytest.fixture(autouse=True)
def anew():
    families.forget()
    units.forget()
    yield
    families.forget()


def scrape(client=None, **headers):
    families.forget()
    answer = (client or Client()).get("/metrics", headers={"Host": "localhost", **headers})
    assert answer.status_code == 200
    return list(text_string_to_metric_families(answer.content.decode()))


def value(found, name, **labels):
    (number,) = [
        sample.value
        for family in found
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return number


@pytest.mark.django_db(transaction=True)
def test_it_tells_what_waits_who_draws_and_how_it_fared(studio, painter):
    ask(studio, painter, count=2)
    Job.objects.update(waiting_since=now() - timedelta(seconds=100))
    Worker.objects.create(
        name="gpu0@host-1:4711", lanes="gpu", seen=now(), memory_used=7, resident=9
    )
    found = scrape()
    waiting = {"state": "queued", "model": painter.slug, "lane": painter.lane}
    assert value(found, "pixazo_jobs", **waiting) == 2
    assert 95 < value(found, "pixazo_oldest_waiting_seconds", lane=painter.lane) < 200
    assert value(found, "pixazo_workers", lane="gpu", state="idle") == 1
    assert value(found, "pixazo_device_memory_used_bytes", worker="gpu0@host-1") == 7
    assert value(found, "pixazo_worker_memory_bytes", worker="gpu0@host-1") == 9
    assert value(found, "pixazo_holds") == 2
    assert value(found, "pixazo_failed_ratio_lately") == 0
    draw_all()
    failed = Job.objects.get(pk=ask_one(studio, painter).pk)
    failed.claim("somebody")
    failed.fail("crashed", "It broke.")
    found = scrape()
    ended = {"model": painter.slug, "lane": painter.lane}
    assert value(found, "pixazo_jobs_ended_lately", state="succeeded", reason="", **ended) == 2
    assert value(found, "pixazo_jobs_ended_lately", state="failed", reason="crashed", **ended) == 1
    assert value(found, "pixazo_failed_ratio_lately") == pytest.approx(1 / 3)
    assert value(found, "pixazo_job_attempts_lately", attempts="1") == 3
    for phase in ("waiting", "loading", "drawing", "storing"):
        assert value(found, "pixazo_job_phase_seconds", phase=phase, quantile="0.5") >= 0
    assert value(found, "pixazo_ledger_lines_lately", kind="capture") == 2
    assert value(found, "pixazo_ledger_drift") == 0
    assert value(found, "pixazo_last_claim_seconds", lane=painter.lane) < 100


@pytest.mark.django_db(transaction=True)
def test_a_busy_lane_hides_no_other_that_nobody_serves(studio, painter):
    ask(studio, painter)
    Worker.objects.create(name="gpu0@host-1:4711", lanes="gpu", seen=now())
    found = scrape()
    assert value(found, "pixazo_lane_unserved", lane="remote") == 1
    assert value(found, "pixazo_lane_unserved", lane="gpu") == 0
    draw_all()
    Transition.objects.update(at=now() - timedelta(seconds=300))
    far = ask_one(studio, painter)
    Job.objects.filter(pk=far.pk).update(lane="gpu")
    far.claim("somebody")
    Worker.objects.create(name="remote@host-1:4712", lanes="remote", seen=now())
    found = scrape()
    assert value(found, "pixazo_lane_unserved", lane="remote") == 0
    assert value(found, "pixazo_last_claim_seconds", lane="remote") > 250
    assert value(found, "pixazo_last_claim_seconds", lane="gpu") < 100


@pytest.mark.django_db(transaction=True)
def test_it_tells_what_happens_seldom_and_that_it_never_did():
    landmarks.reach(landmarks.HUNG)
    landmarks.reach(landmarks.HUNG)
    found = scrape()
    assert value(found, "pixazo_happened", what="worker_hung") == 2
    assert value(found, "pixazo_happened", what="worker_deaf") == 0
    assert value(found, "pixazo_happened_ago_seconds", what="worker_hung") < 100


@pytest.mark.django_db(transaction=True)
def test_it_tells_of_requests_refusals_and_sign_ins(alice):
    def counts():
        found = scrape()
        told = {}
        for family in found:
            for sample in family.samples:
                told[sample.name, *sorted(sample.labels.items())] = sample.value
        return lambda name, **labels: told.get((name, *sorted(labels.items())), 0)

    before = counts()
    Client().get("/status.json")
    note_call("api.stripe.com", "200", 0.2)
    reported = {"csp-report": {"effective-directive": "img-src", "blocked-uri": "inline"}}
    Client().post("/csp-reports/", reported, content_type="application/json")
    Client().get("/w/nowhere-at-all/")
    Client().post("/account/login/", {"login": "alice", "password": "wrong"})
    after = counts()
    for name, labels in (
        ("pixazo_requests_total", {"route": "status.json", "method": "GET", "status": "200"}),
        ("pixazo_request_seconds_count", {"route": "status.json"}),
        ("pixazo_request_queries_count", {"route": "status.json"}),
        ("pixazo_sign_ins_total", {"outcome": "failed"}),
        ("pixazo_calls_total", {"service": "api.stripe.com", "status": "200"}),
        ("pixazo_csp_reports_total", {"directive": "img-src", "blocked": "inline"}),
    ):
        assert after(name, **labels) == before(name, **labels) + 1, name


@pytest.mark.django_db(transaction=True)
def test_no_label_names_a_person_or_repeats_what_they_wrote(studio, painter, alice, as_alice):
    ask(studio, painter, prompt="a planted fox")
    draw_all()
    as_alice.get(f"/w/{studio.slug}/")
    as_alice.get("/planted-nowhere/")
    as_alice.generic("PLANTED", "/")
    as_alice.get(f"/account/password/reset/key/{alice.pk}-planted/")
    found = scrape()
    labels = [sample.labels for family in found for sample in family.samples]
    assert {name for each in labels for name in each} <= LABELS
    text = " ".join(value for each in labels for value in each.values()).lower()
    for planted in ("planted", "alice", "studio", str(alice.pk)):
        assert planted not in text.replace("studio/", ""), planted


@pytest.mark.django_db(transaction=True)
def test_it_is_for_this_machine_or_with_the_token_only(settings):
    afar = Client(REMOTE_ADDR="203.0.113.7")
    assert afar.get("/metrics").status_code == 403
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    settings.WATCH_TOKEN = "abc"
    assert scrape(afar, Authorization="Bearer abc", Host="pixazo.example")


@pytest.mark.django_db(transaction=True)
def test_a_room_that_breaks_is_named_and_spoils_no_others(monkeypatch):
    def broken():
        raise RuntimeError

    monkeypatch.setattr("billing.figures.drifts", broken)
    found = scrape()
    assert value(found, "pixazo_scrape_failed", room="units") == 1
    assert value(found, "pixazo_scrape_failed", room="engine") == 0
    assert value(found, "pixazo_workers", lane="gpu", state="busy") == 0


@pytest.mark.django_db(transaction=True)
def test_the_questions_do_not_grow_with_the_jobs(studio, painter, django_assert_max_num_queries):
    for _ in range(3):
        ask(studio, painter)
    draw_all()
    scrape()
    units.forget()
    families.forget()
    with django_assert_max_num_queries(40):
        scrape()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_what_another_process_counted_is_added():
    """Two real processes: this one and a child, whose files are added up after it has ended."""

    def done():
        found = scrape()
        return sum(
            sample.value
            for family in found
            for sample in family.samples
            if sample.name == "pixazo_refusals_total" and sample.labels["code"] == "of_a_child"
        )

    counters.note_refusal("of_a_child")
    before = done()
    lines = (
        "import django; django.setup();"
        "from pixazo.watching.counters import note_refusal;"
        "note_refusal('of_a_child'); note_refusal('of_a_child')"
    )
    named = {"DJANGO_SETTINGS_MODULE": "pixazo.settings", "PIXAZO_ENV_FILE": os.devnull}
    folders = {"PIXAZO_DATA": str(settings.DATA), "PIXAZO_METRICS": str(settings.METRICS)}
    subprocess.run(
        [sys.executable, "-c", lines],
        cwd=settings.BASE_DIR,
        env={**os.environ, **named, **folders},
        check=True,
    )
    assert done() == before + 2


@pytest.mark.once
def test_where_nobody_lives_it_begins_anew(tmp_path, settings):
    settings.METRICS = tmp_path
    (tmp_path / "counter_999999999.db").touch()
    (tmp_path / "notes.txt").touch()
    living = tmp_path / f"counter_{os.getpid()}.db"
    living.touch()
    counters.forget_those_before()
    assert len(list(tmp_path.iterdir())) == 3
    living.unlink()
    counters.forget_those_before()
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.django_db(transaction=True)
def test_each_alert_asks_for_what_there_is(studio, painter):
    """As promtool would, and more: names, and labels that are asked for."""
    ask(studio, painter)
    draw_all()
    Client().get("/status.json")
    landmarks.reach(landmarks.BACKUP)
    Client().login(username="nobody", password="wrong")
    found = scrape()
    names = {sample.name for family in found for sample in family.samples}
    # These tell only of what is there at the moment.
    names |= {"up", "pixazo_outbox_late_seconds", "pixazo_service_closed"}
    rules = [
        each for group in yaml.safe_load(ALERTS.read_text())["groups"] for each in group["rules"]
    ]
    assert len(rules) >= 12
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["expr"].count("(") == rule["expr"].count(")")
        asked = set(re.findall(r"\b(?:pixazo_\w+|up)\b", re.sub(r'"[^"]*"', '""', rule["expr"])))
        assert asked, rule["alert"]
        assert asked <= names, (rule["alert"], asked - names)
        for label in re.findall(r"(\w+)=~?\"", rule["expr"]):
            assert label in LABELS | {"job"}, rule["alert"]
    text = Path(settings.BASE_DIR, "docs/monitoring.md").read_text()
    assert [rule["alert"] for rule in rules if f"`{rule['alert']}`" not in text] == []


# Without its place on the disk a file is not written: through memory that would end the process.
FULL = """
import errno, os, django
django.setup()
from pixazo.watching import counters
def full(*words): raise OSError(errno.ENOSPC, "full")
known, os.posix_fallocate = os.posix_fallocate, full
counters.note_request("w/", "GET", 200, 0.1, 1)
os.posix_fallocate = known
counters.note_request("w/", "GET", 200, 0.1, 1)
(file,) = counters.Path(counters.settings.METRICS).glob("counter_*.db")
assert file.stat().st_blocks * 512 >= file.stat().st_size == 2**16, "reserved"
os.posix_fallocate = full
for number in range(1000):
    counters.note_request(f"w/{number}/", "GET", 200, 0.1, 1)
assert file.stat().st_size == 2**16
os.posix_fallocate = known
for number in range(1000):
    counters.note_request(f"w/{number}/", "GET", 200, 0.1, 1)
assert file.stat().st_blocks * 512 >= file.stat().st_size > 2**16, "reserved as it grows"
"""


@pytest.mark.once
def test_a_full_disk_costs_the_figures_and_nobody_s_request(tmp_path):
    named = {"DJANGO_SETTINGS_MODULE": "pixazo.settings", "PIXAZO_ENV_FILE": os.devnull}
    folders = {"PIXAZO_DATA": str(tmp_path), "PIXAZO_METRICS": str(tmp_path / "metrics")}
    run = subprocess.run(
        [sys.executable, "-c", FULL],
        cwd=settings.BASE_DIR,
        env={**os.environ, **named, **folders},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
