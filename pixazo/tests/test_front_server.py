"""nginx in front of the site, as deploy/nginx has it: what it answers and what it passes on."""

import json
import re
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from generation import thumbnails
from generation.models import Image
from generation.tests.engine import ask, draw_all
from generation.tests.page import address
from pixazo.events import announce, stream_token
from pixazo.supervisor import Guard
from pixazo.tests.desk import ROOT
from pixazo.tests.front_server import (
    DOMAIN,
    THUMBNAIL_SECRET,
    FrontServer,
    choose_certificate,
)
from pixazo.tests.processes import site, until  # noqa: F401  a fixture

pytestmark = pytest.mark.once


POST = "POST / HTTP/1.1\r\nHost: {host}\r\n"


class Echo(BaseHTTPRequestHandler):
    """Stands where the app does and says what it heard."""

    protocol_version = "HTTP/1.1"
    heard: list = []

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        self.heard.append((self.command, self.path))
        said = {name.lower(): value for name, value in self.headers.items()}
        said |= {"got": len(body), "path": self.path}
        text = json.dumps(said).encode()
        self.send_response(200)
        if "leak" in self.path:
            self.send_header("X-Accel-Redirect", "/protected-media/generated/a.small.webp")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_HEAD = answer  # noqa: N815  its names

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """In front of an echo: for what nginx does by itself."""
    folder = tmp_path_factory.mktemp("front")
    media = folder / "media"
    (media / "generated").mkdir(parents=True)
    (media / "generated" / "a.small.webp").write_bytes(b"a picture")
    (media / "secret.txt").write_bytes(b"nobody's business")
    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, args=(0.02,), daemon=True).start()
    with Guard() as guard:
        front = FrontServer(folder, guard)
        try:
            yield front.start(f"127.0.0.1:{echo.server_port}", media)
        finally:
            front.stop()
            echo.shutdown()


# --- What it passes on ---


def test_the_app_hears_who_asks_and_by_which_way(front):
    status, _, body = front.ask("/", headers={"X-Forwarded-For": "203.0.113.9"})
    said = json.loads(body)
    assert status == 200
    assert said["host"] == DOMAIN
    assert said["x-forwarded-proto"] == "https"
    # What a visitor claims stays to the left of what nginx saw: one proxy counts from the right.
    assert said["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"
    assert re.fullmatch("[0-9a-f]{32}", said["x-request-id"])


def test_a_visitor_can_not_speak_for_nginx(front):
    forged = {
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=203.0.113.9",
        "X-Request-ID": "mine\tforged",
    }
    said = json.loads(front.ask("/", headers=forged)[2])
    assert said["x-forwarded-proto"] == "https"
    assert not {"x-forwarded-host", "forwarded"} & set(said)
    assert said["x-request-id"] != forged["X-Request-ID"]


def test_a_body_of_the_size_that_the_app_takes_passes_and_a_larger_one_does_not(front):
    status, _, body = front.ask("/", "POST", body=b"x" * 3_000_000)
    assert (status, json.loads(body)["got"]) == (200, 3_000_000)
    Echo.heard.clear()
    head = f"POST / HTTP/1.1\r\nHost: {DOMAIN}\r\nContent-Length: {72 * 2**20 + 1}\r\n\r\n"
    assert front.say(head.encode()).startswith(b"HTTP/1.1 413 ")
    assert Echo.heard == []


@pytest.mark.parametrize(
    "request_text",
    [
        POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        "GET /admin/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        POST + "Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd",
        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: {host}\r\nX: " + "y" * 70_000 + "\r\n\r\n",
    ],
    ids=["cl-te", "two-lengths", "two-te", "space", "unknown-te", "no-host", "two-hosts", "large"],
)
def test_what_two_servers_could_read_differently_is_refused(front, request_text):
    Echo.heard.clear()
    answer = front.say(request_text.format(host=DOMAIN).encode())
    assert re.match(rb"HTTP/1.1 (400|501) ", answer)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert Echo.heard == []


# --- Names and TLS ---


def test_without_tls_one_is_sent_to_it_and_lets_encrypt_is_answered(front):
    plain = f"GET /w/studio/?a=b HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n"
    answer = front.say(plain.encode(), front.http).decode()
    assert answer.startswith("HTTP/1.1 301 ")
    assert f"Location: {front.url}/w/studio/?a=b\r\n" in answer
    for door in ("/api/v1/images", "/mcp", "/v1/models"):
        refused = front.say(plain.replace("/w/studio/?a=b", door).encode(), front.http).decode()
        assert refused.startswith("HTTP/1.1 403 ")
        assert '"https_only"' in refused
    question = front.acme / ".well-known" / "acme-challenge"
    question.mkdir(parents=True, exist_ok=True)
    (question / "token").write_text("the answer")
    asked = plain.replace("/w/studio/?a=b", "/.well-known/acme-challenge/token")
    assert front.say(asked.encode(), front.http).endswith(b"the answer")


def test_other_names_are_refused_and_other_certificates_are_not_shown(front):
    other = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    Echo.heard.clear()
    assert front.say(other, front.http).startswith(b"HTTP/1.1 400 ")
    assert front.say(other).startswith(b"HTTP/1.1 400 ")
    with pytest.raises(OSError, match=r"(?i)unrecognized"):
        front.connect("evil.example")
    assert Echo.heard == []


def test_old_versions_of_tls_are_refused(front):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{front.tls}", "-servername", DOMAIN]
    told = {
        version: subprocess.run(
            [*command, version, "-cipher", "ALL:@SECLEVEL=0"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        ).stdout
        for version in ("-tls1_1", "-tls1_2")
    }
    assert "BEGIN CERTIFICATE" in told["-tls1_2"]
    assert "BEGIN CERTIFICATE" not in told["-tls1_1"]


def test_a_certificate_that_was_issued_takes_the_place_of_ours(tmp_path):
    chosen, issued = tmp_path / "chosen", tmp_path / "letsencrypt" / "live" / DOMAIN
    choose_certificate(chosen, tmp_path / "letsencrypt")
    ours = (chosen / "fullchain.pem").read_text()
    choose_certificate(chosen, tmp_path / "letsencrypt")
    assert (chosen / "fullchain.pem").read_text() == ours
    assert (chosen / "privkey.pem").stat().st_mode & 0o077 == 0
    issued.mkdir(parents=True)
    for name in ("fullchain.pem", "privkey.pem"):
        (issued / name).write_text(f"issued {name}")
    choose_certificate(chosen, tmp_path / "letsencrypt")
    assert (chosen / "fullchain.pem").read_text() == "issued fullchain.pem"


# --- Files ---


def test_static_files_are_sent_without_the_app(front):
    Echo.heard.clear()
    status, headers, body = front.ask("/static/js/picture-viewer.js")
    assert status == 200
    assert body == (ROOT / "static/js/picture-viewer.js").read_bytes()
    assert "javascript" in headers["Content-Type"]
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert front.ask("/static/js/picture-viewer.js", "POST")[0] == 403
    assert Echo.heard == []


@pytest.mark.parametrize(
    "path",
    [
        "/protected-media/secret.txt",
        "/protected-media/generated/a.small.webp",
        "//protected-media/secret.txt",
        "/protected-media%2fsecret.txt",
        "/%70rotected-media/secret.txt",
        "/x/..%2fprotected-media/secret.txt",
        "/x/%2e%2e/protected-media/secret.txt",
        "/static/../protected-media/secret.txt",
        "/static../deploy/nginx/nginx.conf",
        "/static/..%2fdeploy/nginx/nginx.conf",
        "/static/%2e%2e/deploy/nginx/nginx.conf",
        "/static/..%252fdeploy/nginx/nginx.conf",
        "/generated/../secret.txt",
        "/generated/..%2fsecret.txt",
        "/generated/a.small.webp/../../secret.txt",
        "/protected-media/..%2f..%2f..%2fetc/passwd",
        "/readyz",
        "/metrics",
        "/%6detrics",
    ],
)
def test_what_is_not_for_visitors_can_not_be_asked_for(front, path):
    """The bytes go out as they stand here: no client tidies them up."""
    forged = "X-Accel-Redirect: /protected-media/secret.txt\r\nX-Sendfile: /etc/passwd\r\n"
    forged += "X-Original-URL: /protected-media/secret.txt\r\n"
    text = f"GET {path} HTTP/1.1\r\nHost: {DOMAIN}\r\n{forged}Connection: close\r\n\r\n"
    head, _, body = front.say(text.encode()).partition(b"\r\n\r\n")
    # Refused, or the app's to answer, which knows no such address.
    assert re.match(rb"HTTP/1.1 (400|404) ", head) or json.loads(body)["path"]
    for secret in (b"business", b"a picture", b"worker_processes", b"root:"):
        assert secret not in body


def test_a_small_picture_is_sent_while_its_signature_counts(front, settings, time_machine):
    settings.THUMBNAIL_SECRET = THUMBNAIL_SECRET
    Echo.heard.clear()
    signed = thumbnails.address("generated/a.small.webp")
    status, headers, body = front.ask(signed)
    assert (status, body) == (200, b"a picture")
    assert headers["Content-Type"] == "image/webp"
    assert headers["Cache-Control"] == "private, max-age=3600, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Echo.heard == []
    # From here on the app decides.
    path, _, query = signed.partition("?")
    until_then = int(re.search(r"until=(\d+)", query)[1])
    time_machine.move_to(time.time() - 3 * thumbnails.SECONDS)
    for other in (
        path,
        thumbnails.address("generated/a.small.webp"),  # of three hours ago
        signed.replace(str(until_then), str(until_then + 1)),
        signed.replace("a.small", "b.small"),
        f"{path}?until=&signature=",
        f"{path}?until={until_then}&signature=",
    ):
        answer = front.ask(other)
        assert json.loads(answer[2])["path"] == other


def test_a_signed_picture_that_is_not_here_is_the_app_s_to_find(front, settings):
    settings.THUMBNAIL_SECRET = THUMBNAIL_SECRET
    signed = thumbnails.address("generated/b.small.webp")
    assert json.loads(front.ask(signed)[2])["path"] == signed


def test_what_is_written_down_has_no_secrets_in_it(front):
    front.ask("/s/secret-token/picture.webp?size=small")
    front.ask("/events/?token=secret-token")
    front.ask("/account/password/reset/key/1-secret-token/")
    front.ask("/w/studio/?q=secret-token")
    until(lambda: any("/w/studio/" in line for line in front.lines()))
    assert "secret-token" not in front.access_log.read_text()
    lines = [json.loads(line) for line in front.lines()]
    assert {"/s/...", "/account/password/reset/key/...", "/events/"} <= {
        line["path"] for line in lines
    }
    assert all(line["address"] == "127.0.0.1" for line in lines)


# --- With the site behind it ---


@pytest.mark.django_db(transaction=True)
def test_the_site_behind_it(site, studio, painter, as_alice, as_charlie, tmp_path, settings):  # noqa: F811
    """Pictures by the app's permission, signed ones without, events as they happen, and who was
    turned away: one site and one nginx for all of it."""
    settings.THUMBNAIL_SECRET = THUMBNAIL_SECRET
    ask(studio, painter, prompt="a red house", seed=7)
    draw_all()
    image = Image.objects.get()
    front = FrontServer(tmp_path, site.guard)
    security_log = tmp_path / "security.log"
    web = site.web(
        PIXAZO_URL=front.url,
        PIXAZO_PROXIES="1",
        PIXAZO_MEDIA_ACCEL="/protected-media",
        PIXAZO_THUMBNAIL_SECRET=THUMBNAIL_SECRET,
        PIXAZO_SECURITY_LOG=str(security_log),
    )
    front.start(web.url.removeprefix("http://"), settings.MEDIA_ROOT)
    try:
        private_pictures(front, as_alice, as_charlie, studio, image)
        signed_pictures(front, as_alice, studio, image)
        events(front, studio)
        turned_away(front, security_log)
    finally:
        front.stop()


def cookies(client):
    """As a browser has them over HTTPS, where their names say so."""
    kept = (f"__Host-{name}={each.value}" for name, each in client.cookies.items())
    return {"Cookie": "; ".join(kept)}


def private_pictures(front, as_alice, as_charlie, studio, image):
    status, headers, body = front.ask(f"/{image.original}", headers=cookies(as_alice))
    assert status == 200
    assert body.startswith(b"\x89PNG")
    assert len(body) == image.bytes
    # What the app says of it arrives, though nginx sent it.
    assert "private" in headers["Cache-Control"]
    assert "no-cache" in headers["Cache-Control"]
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith('inline; filename="')
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.get_all("Strict-Transport-Security") == [
        "max-age=31536000; includeSubDomains; preload"
    ]
    assert "X-Accel-Redirect" not in headers
    known = {**cookies(as_alice), "If-None-Match": headers["ETag"]}
    assert front.ask(f"/{image.original}", headers=known)[0] == 304
    part = {**cookies(as_alice), "Range": "bytes=0-3"}
    assert front.ask(f"/{image.original}", headers=part)[::2] == (206, b"\x89PNG")
    download = address("image_download", studio, image)
    assert "attachment" in front.ask(download, headers=cookies(as_alice))[1]["Content-Disposition"]
    assert front.ask(f"/{image.original}", headers=cookies(as_charlie))[0] == 404
    assert front.ask(f"/{image.original}")[0] == 302
    assert front.ask(f"/protected-media/{image.original}", headers=cookies(as_alice))[0] == 404


def signed_pictures(front, as_alice, studio, image):
    status, headers, page = front.ask(f"/w/{studio.slug}/feed/", headers=cookies(as_alice))
    assert status == 200
    assert headers.get_all("Strict-Transport-Security")
    signed = image.small_url.replace("&", "&amp;")
    assert f'src="{signed}"' in page.decode()
    # Whoever has the address needs no cookie, for a while; without it a stranger has to sign in.
    assert front.ask(image.small_url)[::2] == (200, front_bytes(image))
    assert front.ask(f"/{image.small}")[0] == 302
    old = thumbnails.signature(f"/{image.small}", 1_700_000_000)
    assert front.ask(f"/{image.small}?until=1700000000&signature={old}")[0] == 302
    asked = cookies(as_alice)
    assert front.ask(f"/{image.small}?until=1700000000&signature={old}", headers=asked)[0] == 200


def front_bytes(image):
    from generation.serving import read

    return read(image.small)


def events(front, studio):
    token = stream_token(studio.channel)
    wire = front.connect(seconds=60)
    wire.sendall(f"GET /events/?token={token} HTTP/1.1\r\nHost: {DOMAIN}\r\n\r\n".encode())
    heard = b""
    while b"event: hello" not in heard:
        heard += wire.recv(4096)
    announce(studio.channel, "job", "this-very-one")
    # It arrives while the answer goes on: nothing on the way has waited for more.
    while b"data: this-very-one\n" not in heard:
        more = wire.recv(4096)
        assert more, "The stream ended"
        heard += more
    wire.close()


def turned_away(front, security_log):
    """Real lines of the site, read by the very filter that bans by them."""
    page = front.ask("/account/login/")
    cookie = page[1].get_all("Set-Cookie")
    csrf = next(each for each in cookie if each.startswith("__Host-csrftoken=")).split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page[2].decode())[1]
    name = "x%0d%0a2026-11-29T15:30:00%2B0000 sign-in refused from 198.51.100.1"
    form = f"csrfmiddlewaretoken={token}&login={name}&password=wrong"
    headers = {
        "Cookie": csrf,
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"https://{DOMAIN}/account/login/",
        "Origin": front.url,
        "X-Forwarded-For": "198.51.100.2",
    }
    for _ in range(2):
        assert front.ask("/account/login/", "POST", headers, form)[0] == 200
    assert front.ask("/api/v1/images", headers={"Authorization": "Bearer pxz_wrong"})[0] == 401
    lines = security_log.read_text().splitlines()
    assert [line.partition(" ")[2] for line in lines] == [
        "sign-in refused from 127.0.0.1",
        "sign-in refused from 127.0.0.1",
        "key refused from 127.0.0.1",
    ]
    program = shutil.which("fail2ban-regex")
    assert program, "These tests need fail2ban: python -m tools.debian fail2ban-regex"
    rules = ROOT / "deploy/fail2ban/filter.d/pixazo.conf"
    said = subprocess.run(
        [program, "--print-all-matched", str(security_log), str(rules)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Lines: 3 lines, 0 ignored, 2 matched, 1 missed" in said
    found = subprocess.run(
        [program, "--out", "ip", str(security_log), str(rules)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert set(found.split()) == {"127.0.0.1"}
