"""What browsers report of the policy for content is counted and written down, and nothing that a
stranger put into it (ASVS 3.4.7)."""

import json

import pytest
from django.test import Client

from pixazo.watching import csp_reports
from pixazo.watching.counters import counters

pytestmark = pytest.mark.once

HOSTILE = "<script>alert(1)</script>\r\nforged line {{7*7}}"
OLD = {
    "csp-report": {
        "document-uri": "https://pixazo.example/w/studio/?token=secret",
        "blocked-uri": "https://evil.example/steal?c=secret",
        "effective-directive": "img-src",
        "script-sample": HOSTILE,
    }
}
NEW = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://pixazo.example/gallery/",
            "blockedURL": "inline",
            "effectiveDirective": "script-src-elem",
            "sample": HOSTILE,
        },
    }
]


@pytest.fixture(autouse=True)
def nobody_before(monkeypatch):
    monkeypatch.setattr(csp_reports, "_taken", csp_reports.Counting())
    # All of a test is in one minute.
    monkeypatch.setattr(csp_reports, "MINUTE", 10**10)


@pytest.fixture
def counted():
    def count(directive, blocked):
        return counters().csp_reports.labels(directive, blocked)._value.get()

    return count


def report(body, kind="application/csp-report", client=None, **more):
    sent = body if isinstance(body, bytes | str) else json.dumps(body)
    return (client or Client()).post("/csp-reports/", sent, content_type=kind, **more)


def test_it_is_counted_and_written_down_without_what_was_sent(counted, caplog):
    before = counted("img-src", "elsewhere"), counted("script-src-elem", "inline")
    assert report(OLD).status_code == 204
    assert report(NEW, "application/reports+json").status_code == 204
    after = counted("img-src", "elsewhere"), counted("script-src-elem", "inline")
    assert after == (before[0] + 1, before[1] + 1)
    told = [each for each in caplog.records if each.name == "pixazo.csp"]
    assert [(each.directive, each.blocked, each.route) for each in told] == [
        ("img-src", "elsewhere", "w/<slug:slug>/"),
        ("script-src-elem", "inline", "gallery/"),
    ]
    text = " ".join(f"{each.getMessage()} {vars(each)}" for each in told)
    for gone in ("evil.example", "secret", "alert", "forged", "studio"):
        assert gone not in text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 204),
        ([], 204),
        ({"csp-report": None}, 204),
        ({"csp-report": {"effective-directive": 7, "blocked-uri": ["x"]}}, 204),
        ({"csp-report": {"effective-directive": HOSTILE, "blocked-uri": HOSTILE}}, 204),
        ({"csp-report": {"document-uri": "http://[", "blocked-uri": "http://["}}, 204),
        ([1, "x", {"body": 5}, {"body": {}}], 204),
        ("nonsense", 400),
        ("[" * 10_000, 400),
        (b"\xff\xfe", 400),
        ("7", 204),
        ("x" * (csp_reports.MOST_BYTES + 1), 413),
    ],
)
def test_whatever_is_sent_nothing_breaks(body, status, caplog):
    assert report(body).status_code == status
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    assert HOSTILE not in " ".join(each.getMessage() for each in caplog.records)


def test_only_reports_are_taken():
    assert report(OLD, "application/x-www-form-urlencoded").status_code == 415
    assert Client().get("/csp-reports/").status_code == 405


def test_who_sends_many_is_told_to_wait_and_others_are_heard():
    for _ in range(csp_reports.MOST_A_MINUTE):
        assert report(OLD).status_code == 204
    answer = report(OLD)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(csp_reports.MINUTE))
    assert report(OLD, client=Client(REMOTE_ADDR="203.0.113.9")).status_code == 204


def test_many_places_together_fill_no_log(monkeypatch, caplog):
    monkeypatch.setattr(csp_reports, "ALL_A_MINUTE", 5)
    for number in range(20):
        report([NEW[0]] * 50, client=Client(REMOTE_ADDR=f"203.0.113.{number}"))
    told = [each for each in caplog.records if each.name == "pixazo.csp"]
    assert len(told) == 5 * csp_reports.MOST_AT_ONCE


def test_pages_say_where_to_report_to(client, db):
    assert "report-uri /csp-reports/" in client.get("/")["Content-Security-Policy"]
