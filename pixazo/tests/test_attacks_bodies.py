"""Hostile requests, each at the doors that it is meant for: none is an error of ours, and none does
what it was sent for."""

import json
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from billing.models import Account
from generation.models import Batch, Image
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo.tests.cast import PASSWORD
from workspaces.models import Membership, Topic, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SQL = (
    "'",
    '"',
    "' OR '1'='1",
    "1; DROP TABLE generation_image--",
    "1) UNION SELECT password FROM x--",
    "id,password",
    "-job__batch__author__password",
    "author__password__startswith",
    "pk__in",
    "?",
    "--created",
    "created\x00",
    "created desc",
    "%",
    "%_%_%_%_%_%",
    "_" * 200,
    "*",
    "* OR x",
    "NEAR(a b)",
    '"unclosed',
    "col:x",
    "^a",
    "(((((",
    "a AND OR NOT",
    "\\",
    "\ud800",
    "1e9",
    str(10**9),
    str(2**63),
    "-1",
    "0x10",
    "١٢",
    "NaN",
    "null",
    "[]",
    "{}",
    "${7*7}",
    "{{7*7}}",
)
ASKED = (
    "/gallery/?q={}",
    "/gallery/?order={}",
    "/gallery/?page={}",
    "/gallery/?model={}",
    "/gallery/?tag={}",
    "/gallery/?rating={}",
    "/gallery/?since={}",
    "/prompts/?q={}",
    "/prompts/?tag={}",
    "/prompts/?in={}",
    "/explore/?order={}",
    "/explore/?q={}",
    "/explore/?page={}",
    "/queue/?state={}",
    "/models/?q={}",
    "/account/units/?day={}",
    "/w/studio/?topic={}",
    "/w/studio/feed/?before={}",
    "/api/v1/images?q={}",
    "/api/v1/images?order={}",
    "/api/v1/images?limit={}",
    "/api/v1/images?cursor={}",
    "/api/v1/prompts?q={}",
    "/api/v1/topics?workspace={}",
    "/api/v1/queue?limit={}",
    "/api/v1/trash?kind={}",
    "/api/v1/chats?cursor={}",
    "/api/v1/ledger?kind={}",
)


@pytest.mark.parametrize(("place", "address"), list(enumerate(ASKED)))
@pytest.mark.cases(8)
def test_what_is_no_name_of_ours_orders_and_filters_nothing(
    place, address, as_alice, studio, cases
):
    wrong = {}
    for text in SQL[place % 4 :: 4]:
        answer = as_alice.get(address.format(quote(text, errors="surrogatepass")))
        cases.count += 1
        if answer.status_code >= 500 or "OperationalError" in answer.content.decode():
            wrong[text] = answer.status_code
    assert wrong == {}


ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "http:evil.example",
    "http:///evil",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/%2f..",
    "https://testserver.evil.example",
    "https://testserver@evil.example",
    "http://testserver:80@evil.example",
    "//evil\u3002example",
    "\x00//evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/\r\nLocation: https://evil.example",
    "ftp://evil.example",
    "https://[::1]@evil.example",
    "////evil.example",
    "/ /evil.example",
    ".evil.example",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_leads_to_another_site(target, alice):
    doors = (
        ("/account/login/", {"login": "alice", "password": PASSWORD, "next": target}),
        ("/account/language/", {"language": "de", "next": target}),
        ("/account/logout/", {"next": target}),
    )
    client = Client(headers={"Referer": "http://testserver/"})
    for where, sent in doors:
        answer = client.post(where, sent)
        # As a browser reads it, which takes a backslash for a slash.
        location = answer.get("Location", "/").replace("\\", "/")
        led = urlsplit(urljoin(f"http://testserver{where}", location))
        assert (led.scheme, led.netloc) == ("http", "testserver"), (where, location)


NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\autoexec.bat",
    "con",
    "nul.png",
    ".htaccess",
    "...",
    "a" * 300 + ".png",
    "a\r\nSet-Cookie: x=1.png",
    'a".png',
    "a';.png",
    "a\x00.png",
    "a\u2215b.png",
    "a\u202egnp.exe",
    "%2e%2e%2fx.png",
    "a/../../b.png",
    "<script>.png",
    "-rf.png",
    "$(id).png",
    "`id`.png",
    "a;b.png",
    "\ud83d.png".encode("utf-8", "replace").decode(),
    "",
    " .png",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_never_a_path_nor_a_header(name, as_alice, studio, tmp_path, settings):
    sent = SimpleUploadedFile("x.png", as_bytes(picture()), "image/png")
    sent.name = name or "x"
    sent._name = name
    answer = as_alice.post(f"/w/{studio.slug}/uploads/", {"file": sent})
    assert answer.status_code < 500
    assert "Set-Cookie: x" not in str(answer.headers)
    kept = [each for each in settings.MEDIA_ROOT.rglob("*") if each.is_file()]
    for each in kept:
        assert each.resolve().is_relative_to(settings.MEDIA_ROOT)
        assert each.suffix in {".png", ".webp"}
        assert not {"passwd", "htaccess", "script", "con"} & set(each.stem.split("-"))


LINES = (
    "a\r\nBcc: all@evil.example",
    "a\nSet-Cookie: x=1",
    "a\rX: y",
    "a%0d%0aX: y",
    "a\u2028X: y",
    "a\x0bX: y",
    "a\x85X: y",
    "\x1b[31mred",
)


@pytest.mark.parametrize("text", LINES)
def test_line_ends_make_no_header_and_no_letter(text, as_alice, studio, client):
    as_alice.post("/help/new/", {"subject": text, "text": "All grey", "category": "picture"})
    as_alice.post(f"/w/{studio.slug}/edit/", {"name": text})
    as_alice.post("/account/", {"full_name": text})
    client.post("/account/password/reset/", {"email": f"alice@example.org{text}"})
    page = as_alice.get("/workspaces/", headers={"X-Request-Id": text.encode("ascii", "replace")})
    assert page.status_code == 200
    assert not {"X", "Bcc"} & set(page.headers)
    for each in mail.outbox:
        told = each.message()
        assert "\n" not in told["Subject"] or "\nBcc" not in told["Subject"]
        assert told["Bcc"] is None
        assert all("evil.example" not in to for to in each.recipients())


GIFTS = {
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "plan": "all-inclusive",
    "plan_id": 3,
    "units": 10**6,
    "extra": 10**6,
    "spent": 0,
    "cost": 0,
    "price": 0,
    "owner": 2,
    "owner_id": 2,
    "author": 2,
    "author_id": 2,
    "user": 2,
    "user_id": 2,
    "workspace_id": 99,
    "role": "owner",
    "state": "done",
    "status": "done",
    "created": "2001-01-01T00:00:00Z",
    "deleted": None,
    "id": 1,
    "pk": 1,
    "sha256": "0" * 64,
    "original": "../secret_key",
    "attempt": -5,
    "lease": "x",
    "history": [],
    "__proto__": {"is_staff": True},
    "constructor": {"prototype": {}},
    "permissions": ["all"],
}


def test_fields_that_nobody_asked_for_change_nothing(
    as_alice, alice, bob, studio, painter, monkeypatch
):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    topic = studio.default_topic
    before = standing(alice)
    doors = (
        ("PATCH", f"/api/v1/topics/{topic.pk}", {"name": "Foxes"}),
        ("PATCH", f"/api/v1/workspaces/{studio.pk}", {"name": "Studio"}),
        ("POST", "/api/v1/topics", {"workspace": studio.slug, "name": "Bears"}),
        ("POST", "/api/v1/prompts", {"title": "Fox", "prompt": "a fox"}),
        ("PATCH", "/api/v1/preferences", {"theme": "dark"}),
        ("POST", "/account/", {"full_name": "Alice"}),
        (
            "POST",
            "/api/v1/generate",
            {"prompt": "a fox", "model": "painter", "workspace": studio.slug},
        ),
    )
    for method, where, body in doors:
        for name, value in GIFTS.items():
            if name in {"state", "status"} and "generate" in where:
                continue
            answer = as_alice.generic(
                method, where, json.dumps(body | {name: value}), "application/json"
            )
            assert answer.status_code < 500, (where, name)
            if "generate" in where:
                break  # one picture is enough
    assert standing(alice) == before
    assert not User.objects.filter(is_staff=True).exists()
    assert set(Workspace.objects.values_list("owner", flat=True)) <= {alice.pk, bob.pk}
    assert not Batch.objects.exclude(author=alice).exists()
    assert not Image.objects.exists()
    assert not Topic.objects.filter(created__year=2001).exists()


def standing(person):
    person.refresh_from_db()
    account = Account.objects.of(person)
    roles = sorted(Membership.objects.filter(user=person).values_list("workspace", "role"))
    return (
        person.is_staff,
        person.is_superuser,
        person.is_active,
        account.plan_id,
        account.spent,
        roles,
    )


@pytest.mark.parametrize(
    "where", ["/account/login/", "/account/signup/", "/help/new/", "/api/v1/generate"]
)
def test_forms_of_thousands_of_fields_are_refused(where, as_alice):
    fields = "&".join(f"f{number}=x" for number in range(10_000))
    answer = as_alice.post(where, fields, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {400, 413, 415}


def test_ten_thousand_cookies_are_an_answer(client):
    cookies = "; ".join(f"c{number}=x" for number in range(10_000))
    for header in (
        {"Cookie": cookies},
        {"X-Long": "x" * 1_000_000},
        {"Accept-Language": "de," * 50_000},
    ):
        assert client.get("/", headers=header).status_code < 500
