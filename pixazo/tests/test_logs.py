"""What is written down: enough to follow a click to its picture, and never a secret."""

import json
import logging
import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import ApiKey
from generation.models import Batch, Image
from generation.tests.engine import ask, draw_all
from pixazo.logs.context import hiding, saying
from pixazo.logs.lines import JsonLine, Line
from pixazo.logs.middleware import id_of
from pixazo.logs.redaction import redacted

pytestmark = pytest.mark.once


class Kept(logging.Handler):
    """Both shapes of all lines, as they would stand in the log."""

    def __init__(self):
        super().__init__()
        self.json, self.plain = [], []
        self.setFormatter(JsonLine())
        self.line = Line("{asctime} {levelname} {name}: {message}", style="{")

    def emit(self, record):
        self.json.append(json.loads(self.format(record)))
        self.plain.append(self.line.format(record))

    def of(self, event):
        return [line for line in self.json if line["event"] == event]

    @property
    def text(self):
        return "\n".join([*self.plain, *(json.dumps(line) for line in self.json)])


@pytest.fixture
def log():
    kept = Kept()
    named = ["", "pixazo.audit", "pixazo.requests", "generation.jobs"]
    loggers = [logging.getLogger(name) for name in named]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(kept)
        logger.setLevel(logging.DEBUG if logger.name != "root" else logging.INFO)
    yield kept
    for logger, level in zip(loggers, before, strict=True):
        logger.removeHandler(kept)
        logger.setLevel(level)


SECRETS = [
    ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
    ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("'authorization': 'Token s3cr3tvalue'", "s3cr3tvalue"),
    ("the key pxz_AbCdEf0123456789 was sent", "AbCdEf0123456789"),
    ("sk-proj-ABCDEFGHIJKLMN refused", "ABCDEFGHIJKLMN"),
    ("sk_live_0123456789abcdef", "0123456789abcdef"),
    ("whsec_0123456789abcdef", "0123456789abcdef"),
    ("Cookie: sessionid=k3j4h5g6f7d8s9a0; csrftoken=qwertyuiop", "k3j4h5g6f7d8s9a0"),
    ("sessionid=k3j4h5g6f7d8s9a0; csrftoken=qwertyuiop", "qwertyuiop"),
    ("csrfmiddlewaretoken=zxcvbnmasdf&x=1", "zxcvbnmasdf"),
    ('{"password": "hunter2hunter2"}', "hunter2hunter2"),
    ("password1=hunter2hunter2", "hunter2hunter2"),
    ("{'client_secret': 'abc-def-ghi'}", "abc-def-ghi"),
    ("X-Api-Key: pxz_short1", "short1"),
    ("postgres://pixazo:dbpassword@db:5432/pixazo", "dbpassword"),
    ("redis://:redispassword@redis:6379/0", "redispassword"),
    ("GET /generated/x.png?sig=AAAABBBBCCCC&e=1", "AAAABBBBCCCC"),
    (
        "https://s3/x?X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027",
        "fe5f80f77d5fa3beca038a248ff027",
    ),
    ("GET /s/Zm9vYmFyYmF6/picture.webp", "Zm9vYmFyYmF6"),
    ("Not Found: /invitations/Zm9vYmFyYmF6/", "Zm9vYmFyYmF6"),
    ("/account/password/reset/key/1-abcdef-0123456789/", "1-abcdef-0123456789"),
    ("/account/confirm-email/MQ:1abcde:Q2hlY2s/", "1abcde:Q2hlY2s"),
    ("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh", "eyJzdWIiOiIxIn0"),
    ("IjEi:1tPq2x:0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7", "0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7"),
]


@pytest.mark.once
@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_taken_out_of_any_line(text, secret):
    assert secret not in redacted(text)


@pytest.mark.once
def test_what_is_no_secret_stays():
    for text in (
        "Job 0193a2c4-1111-7222-8333-444455556666 was lost by gpu0@host-3fa2c1:4711, attempt 2.",
        "GET /w/studio/batches/0193a2c4-1111-7222-8333-444455556666/ 200",
        "A call of painter for 4 failed: 12:30:15 out of memory",
        "/account/password/reset/key/done/",
        "Redis can't be reached: Error 111 connecting to localhost:6379.",
    ):
        assert redacted(text) == text


@pytest.mark.once
@pytest.mark.timeout(60)  # some milliseconds; minutes where a pattern looks back and forth
@pytest.mark.parametrize("unit", ["a-", "csrf-", "eyJ-", "=a", "-secret", "a:", " ", "token "])
def test_a_stranger_cannot_choose_a_text_that_takes_long(unit):
    redacted(f"GET /{unit * 32_000} 404")


@pytest.mark.once
def test_the_sites_own_secrets_are_taken_out_wherever_they_stand(log):
    logging.getLogger("some.library").error("signed with %s", settings.SECRET_KEY)
    try:
        int(f"wrong key {settings.SECRET_KEY}")
    except ValueError:
        logging.getLogger("some.library").exception("It broke.")
    assert "ValueError" in log.text
    assert settings.SECRET_KEY not in log.text


@pytest.mark.once
def test_a_line_says_what_is_worked_on():
    record = logging.makeLogRecord({"name": "x", "levelno": 20, "levelname": "INFO", "msg": "hm"})
    with saying(request="abc", job="j1"), saying(attempt=2):
        line = json.loads(JsonLine().format(record))
    assert (line["request"], line["job"], line["attempt"]) == ("abc", "j1", 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert (line["level"], line["event"]) == ("info", "x")
    assert "job" not in json.loads(JsonLine().format(record))


@pytest.mark.once
def test_what_people_asked_for_is_hidden_while_it_is_worked_on():
    record = logging.makeLogRecord({"msg": "refused: 'a secret fox' is not allowed"})
    with hiding(["a secret fox", ""]):
        assert "fox" not in JsonLine().format(record)
        assert "fox" not in Line("{message}", style="{").format(record)
    assert "fox" in JsonLine().format(record)


@pytest.mark.once
def test_a_number_is_taken_from_the_proxy_only_and_only_if_it_is_one(rf, settings):
    sent = rf.get("/", headers={"X-Request-ID": "abcdef-1234"})
    assert id_of(sent) != "abcdef-1234"
    settings.TRUSTED_PROXIES = 1
    assert id_of(sent) == "abcdef-1234"
    for wrong in ("short", "a" * 65, "line\nbreak-here", 'quote"quote"', "über-uns-allen", ""):
        taken = id_of(rf.get("/", headers={"X-Request-ID": wrong}))
        assert taken != wrong
        assert re.fullmatch(r"[0-9a-f]{32}", taken)


@pytest.mark.django_db
def test_a_number_is_given_back_and_stands_on_error_pages():
    answer = Client().get("/w/nowhere/", headers={"X-Request-ID": "mine-is-not-taken"})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
    page = Client().get("/nothing/here/")
    assert page.status_code == 404
    assert page.headers["X-Request-ID"] in page.content.decode()
    assert Client().get("/healthz").headers["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing/here/", 404), ("POST", "/healthz", 405)]
)
def test_what_an_error_page_names_stands_in_the_lines_for_people(log, method, path, status):
    answer = Client().generic(method, path)
    assert answer.status_code == status
    number = answer.headers["X-Request-ID"]
    told = [line for line in log.plain if " django.request: " in line]
    assert told
    assert all(line.endswith(f" [{number}]") for line in told)


@pytest.mark.once
def test_a_number_stands_before_what_broke():
    line = Line("{message}", style="{")
    record = logging.makeLogRecord({"msg": "hm", "exc_info": (ValueError, ValueError(), None)})
    assert line.format(record).splitlines() == ["hm", "ValueError"]
    with saying(request="abc"):
        assert line.format(record).splitlines() == ["hm [abc]", "ValueError"]


@pytest.mark.django_db(transaction=True)
def test_a_workers_line_leads_back_to_the_click(log, as_alice, studio, painter, alice):
    asked = {"prompt": "a very secret fox", "model": painter.slug, "workspace": studio.slug}
    answer = as_alice.post("/api/v1/generate", asked, content_type="application/json")
    assert answer.status_code in (200, 201, 202), answer.content
    number = answer.headers["X-Request-ID"]
    assert Batch.objects.get().request_id == number
    draw_all()
    job = str(Image.objects.get().job_id)
    told = [line for line in log.json if line.get("job") == job]
    assert [line["event"] for line in told] == [
        "job.accepted",
        "job.preparing",
        "job.running",
        "job.saving",
        "job.succeeded",
    ]
    assert {line["request"] for line in told} == {number}
    assert {line["user"] for line in told} == {str(alice.pk)}
    assert {line["attempt"] for line in told[1:]} == {1}
    end = told[-1]
    assert end["outcome"] == "succeeded"
    assert end["duration"] >= 0
    assert end["worker"]
    (request,) = log.of("request")
    assert (request["request"], request["status"]) == (number, answer.status_code)
    assert (request["user"], request["outcome"]) == (str(alice.pk), "done")
    assert "secret fox" not in log.text


@pytest.mark.django_db(transaction=True)
def test_prompts_are_written_down_where_the_site_wants_it(log, studio, painter, settings):
    settings.LOG_PROMPTS = True
    ask(studio, painter, prompt="a very secret fox")
    (line,) = log.of("job.accepted")
    assert line["prompt"] == "a very secret fox"


@pytest.mark.django_db(transaction=True)
def test_no_secret_is_written_down_whatever_door_it_comes_to(log, alice, as_alice):
    """Invariant 10: planted keys, passwords and session ids, and doors that fail with them."""
    _, key = ApiKey.issue(alice, "Laptop")
    session = as_alice.cookies["sessionid"].value
    planted = ["Pl4nted-passw0rd!", "planted-token-0123456789", key, session, key[4:]]
    client = Client(headers={"Authorization": f"Bearer {key}"})
    client.get("/api/v1/queue")
    client.get(f"/api/v1/nothing?token={planted[1]}&key={key}")
    client.get(f"/s/{planted[1]}/")
    client.get(f"/invitations/{planted[1]}/")
    Client(headers={"Authorization": f"Bearer {planted[1]}"}).get("/api/v1/queue")
    Client(headers={"X-Api-Key": planted[1]}).post("/v1/images/generations", {})
    wrong = {"login": "alice", "password": planted[0]}
    Client().post("/account/login/", wrong)
    Client().post("/account/login/", {"login": planted[0], "password": "x"})
    Client().post("/account/signup/", {"username": "x", "password1": planted[0]})
    Client().get(f"/account/password/reset/key/1-{planted[1]}/")
    Client(raise_request_exception=False).post(
        "/billing/webhook/", b"{}", content_type="application/json",
        headers={"Stripe-Signature": f"t=1,v1={planted[1]}"},
    )  # fmt: skip
    as_alice.get("/nothing/", {"password": planted[0]})
    logging.getLogger("django.request").warning("cookies %s", as_alice.cookies)
    assert log.of("request"), "nothing was written, so nothing was tried"
    assert [each for each in planted if each in log.text] == []


@pytest.mark.django_db(transaction=True)
def test_what_matters_for_security_has_a_line(log, alice, as_alice, as_dora):
    from accounts.models import DataExport, StaffAct
    from billing.models import Account, Plan

    key, text = ApiKey.issue(alice, "Laptop")
    Client().get("/api/v1/queue", headers={"Authorization": f"Bearer {text}"})
    key.revoke()
    key.revoke()
    Client().post("/account/login/", {"login": "alice", "password": "wrong"})
    Client().login(username="alice", password="wrong")
    DataExport.objects.ask(alice)
    StaffAct.objects.note(as_dora.get("/").wsgi_request.user, alice, "Looked at a picture.")
    plan = Plan.objects.create(slug="other", name="Other")
    Account.objects.of(alice).move_to(plan, reason="staff")
    events = [line["event"] for line in log.json if line["logger"] == "pixazo.audit"]
    for once in ("key.made", "key.used", "key.revoked", "data.exported", "staff.acted"):
        assert events.count(once) == 1, once
    assert "plan.changed" in events
    assert "login.failed" in events
    (used,) = log.of("key.used")
    assert used["user"] == str(alice.pk)
    assert used["from"] == "127.0.0.1"
    assert used["request"]
    assert text not in log.text
