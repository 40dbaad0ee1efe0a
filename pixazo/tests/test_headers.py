"""What browsers are told with every answer, what they may not be used for from another site, and
what no method and no suffix changes: walks over every address (S16-S18, S84, S86, S89)."""

import re

import pytest
from django.test import Client

from pixazo.tests.test_every_url import row_counts, written
from pixazo.tests.test_permissions import address, world  # noqa: F401
from pixazo.tests.test_settings import read
from pixazo.watching.middleware import ADDRESSES

from django.urls import URLResolver, get_resolver  # isort: skip

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ALWAYS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Says the same to everybody.
FOR_ALL = (
    *("/static/", "/robots.txt", "/sitemap.xml", "/site.webmanifest", "/favicon.ico"),
    *("/api/", "/events/"),
)
NO_SITE = ("null", "https://testserver.evil.example", "https://eviltestserver", "http://testserver")
# What has a signature or key of its own and looks at no cookie.
NO_COOKIE = ("/billing/webhook/", "/telegram/webhook/", "/csp-reports/", "/api/", "/v1/", "/mcp")
ENDS = ("x.css", ";x.js", "%2fx.png", "..%2fx.ico")
NAMES = """
import json
from pixazo import settings as s
print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME,
    s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS]))
"""


def every_address(world, resolver=None, prefix="/"):  # noqa: F811
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + written(each.pattern)
        if isinstance(each, URLResolver):
            yield from every_address(world, each, route)
            continue
        try:
            yield address(world, route, each.name)
        except KeyError:
            yield re.sub(r"<\w+>", "1", route)


@pytest.fixture
def https(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.LANGUAGE_COOKIE_SECURE = True


@pytest.mark.cases(1000)
def test_every_answer_tells_browsers_to_keep_it_to_themselves(world, https, cases):  # noqa: F811
    """Signed in and not, and on staff's pages; whichever site asks, none is let in."""
    wrong = {}
    clients = {role: world.clients[role] for role in ("owner", "nobody", "staff")}
    for where in sorted({*every_address(world), "/nowhere/", "/static/no.css"} - ADDRESSES):
        for role, client in clients.items():
            if (role == "staff") != where.startswith("/admin/"):
                continue
            origin = NO_SITE[cases.count % len(NO_SITE)]
            answer = client.get(where, secure=True, headers={"Origin": origin})
            cases.count += 1
            if faults := [*_faults(where, role, answer)]:
                wrong[role, where] = answer.status_code, faults
    assert wrong == {}


def _faults(where, role, answer):
    for name, value in ALWAYS.items():
        if answer.get(name) != value and not (name.endswith("Resource-Policy") and "/v1/" in where):
            yield name, answer.get(name)
    if answer.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        yield "Referrer-Policy", answer.get("Referrer-Policy")
    yield from _kind_faults(answer)
    if role != "nobody" and not where.startswith(FOR_ALL):
        kept = answer.get("Cache-Control", "")
        if "no-store" not in kept and "private" not in kept:
            yield "Cache-Control", kept
    yield from _cookie_faults(answer)
    yield from _policy_faults(answer)


def _policy_faults(answer):
    policy = answer.get("Content-Security-Policy", "")
    if not ("frame-ancestors" in policy or "sandbox" in policy):
        yield "framed", policy
    if "sandbox" not in policy and not {"object-src 'none'", "base-uri 'none'"} <= {
        each.strip() for each in policy.split(";")
    }:
        yield "policy", policy
    if "unsafe" in policy or "*" in policy:
        yield "unsafe", policy
    for name in answer.headers:
        if name.startswith(("Access-Control-", "Server", "X-Powered", "X-Frame-Options: ALLOW")):
            yield name, answer[name]


def _kind_faults(answer):
    kind = answer.get("Content-Type", "")
    if answer.status_code not in {204, 301, 302, 304} and not re.match(r"[\w-]+/[\w.+-]+", kind):
        yield "Content-Type", kind
    if re.match(r"(text/|application/(xml|javascript))", kind) and "charset=" not in kind:
        yield "charset", kind


def _cookie_faults(answer):
    for cookie in (each for each in answer.cookies.values() if each.value):
        if not (cookie["secure"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"):
            yield "cookie", cookie.OutputString()
        if cookie.key != "csrftoken" and not cookie["httponly"]:
            yield "scripts read", cookie.key


@pytest.mark.cases(1500)
def test_no_other_method_does_anything(world, cases):  # noqa: F811
    """OPTIONS changes no row, and what no address has is refused at the door."""
    client, before, wrong = world.clients["owner"], row_counts(), {}
    for where in sorted(set(every_address(world))):
        answer = client.options(where)
        cases.count += 1
        if answer.status_code >= 500:
            wrong["OPTIONS", where] = answer.status_code
        for method in ("TRACE", "CONNECT"):
            answer = client.generic(method, where)
            cases.count += 1
            if answer.status_code != 405 and where not in ADDRESSES:
                wrong[method, where] = answer.status_code
    after = row_counts()
    assert wrong == {}
    assert {name: after[name] for name in after if after[name] != before[name]}.keys() <= {
        "billing.Account",
        "accounts.PageView",
    }


@pytest.mark.cases(700)
def test_another_site_makes_no_browser_do_anything(world, cases):  # noqa: F811
    """A form, a plain text and a form with files, sent with the cookies of whoever is signed in."""
    client, before, wrong = Client(enforce_csrf_checks=True), row_counts(), {}
    client.force_login(world.people["owner"])
    sent = {
        "application/x-www-form-urlencoded": "name=Mine&prompt=a+fox&ids=1",
        "text/plain": '{"name": "Mine", "prompt": "a fox", "x": "=1"}',
        "multipart/form-data; boundary=x": '--x\r\nContent-Disposition: form-data; name="name"'
        "\r\n\r\nMine\r\n--x--\r\n",
    }
    for where in sorted(set(every_address(world))):
        kinds = [*sent] if where.startswith(NO_COOKIE) else [[*sent][cases.count % len(sent)]]
        for kind in kinds:
            body = sent[kind]
            answer = client.post(
                where, body, content_type=kind, headers={"Origin": "https://evil.example"}
            )
            cases.count += 1
            refused = {403, 404, 405}
            if where.startswith(NO_COOKIE):
                refused |= {400, 401, 415}
            if answer.status_code not in refused:
                wrong[where, kind] = answer.status_code
    assert wrong == {}
    after = row_counts()
    assert {name for name in after if after[name] != before[name]} <= {"billing.Account"}


@pytest.mark.cases(300)
def test_no_page_passes_for_a_file(world, cases):  # noqa: F811
    """A cache that goes by the end of an address keeps nobody's page (S89)."""
    client, wrong = world.clients["owner"], {}
    pages = {where for where in every_address(world) if where.endswith("/")}
    for where in sorted(pages):
        end = ENDS[cases.count % len(ENDS)]
        answer = client.get(where + end)
        cases.count += 1
        gone = answer.status_code in {404, 301, 302}
        if not gone or "no-store" not in answer.get("Cache-Control", ""):
            wrong[where, end] = answer.status_code, answer.get("Cache-Control")
    assert wrong == {}


def test_cookies_are_this_hosts_alone(tmp_path):
    *names, session, csrf, hsts = read(tmp_path, NAMES, PIXAZO_URL="https://pixazo.example")
    assert names == ["__Host-sessionid", "__Host-csrftoken", "__Host-language"]
    assert (session, csrf) == (True, True)
    assert hsts >= 31_536_000
    *names, session, csrf, hsts = read(tmp_path, NAMES)
    assert names == ["sessionid", "csrftoken", "language"]
    assert (session, csrf, hsts) == (False, False, 0)


def test_a_sign_out_clears_what_the_browser_kept(as_alice):
    answer = as_alice.post("/account/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in as_alice.get("/").headers


def test_scripts_send_the_token_of_either_cookie():
    """The names that scripts look for are those of the settings."""
    from pixazo.tests.desk import ROOT

    assert "__Host-csrftoken" in (ROOT / "static/js/post.js").read_text()
    assert "__Host-theme" in (ROOT / "static/js/theme-choice.js").read_text()
