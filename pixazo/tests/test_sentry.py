"""Sentry hears of errors where the settings name one, and of nothing private."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings

from pixazo.sentry import _clean, _crumb

pytestmark = pytest.mark.once

ERRS = """
import django; django.setup()
import logging, sentry_sdk
from pixazo.logs.context import hiding, saying
prompt, secret = "a planted fox", "pxz_PlantedPlanted0123"
with saying(request="req-0123456789"), hiding([prompt]):
    try:
        raise ValueError(f"{prompt} was refused, key {secret}")
    except ValueError:
        logging.getLogger("generation.run").exception(
            "Drawing of %s failed.", prompt, extra={"prompt": "planted again", "job": "job-1"}
        )
sentry_sdk.flush(20)
"""


class Envelopes(BaseHTTPRequestHandler):
    """Sentry's door for envelopes, as its protocol describes it."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        elif self.headers.get("Content-Encoding") == "br":  # where there is that library
            import brotli

            body = brotli.decompress(body)
        self.server.heard.append((self.path, self.headers["X-Sentry-Auth"], body.decode()))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass


@pytest.fixture
def sentry():
    server = HTTPServer(("127.0.0.1", 0), Envelopes)
    server.heard = []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def site(lines, **more):
    named = {"DJANGO_SETTINGS_MODULE": "pixazo.settings", "PIXAZO_ENV_FILE": os.devnull}
    folders = {"PIXAZO_DATA": str(settings.DATA), "PIXAZO_LOG_FILE": "-"}
    return subprocess.run(
        [sys.executable, "-c", lines],
        cwd=settings.BASE_DIR,
        env={**os.environ, **named, **folders, **more},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_it_hears_of_an_error_and_of_nothing_private(sentry):
    dsn = f"http://publickey@127.0.0.1:{sentry.server_port}/7"
    site(ERRS, PIXAZO_SENTRY_DSN=dsn, PIXAZO_SENTRY_ENVIRONMENT="staging")
    told = [each for each in sentry.heard if "ValueError" in each[2]]
    ((path, who, body),) = told
    assert path == "/api/7/envelope/"
    assert "sentry_key=publickey" in who
    event = json.loads(body.splitlines()[-1])
    assert event["environment"] == "staging"
    assert event["tags"]["request"] == "req-0123456789"
    assert event["extra"]["job"] == "job-1"
    assert "user" not in event
    for planted in ("planted fox", "PlantedPlanted0123", "planted again"):
        # The lines of this test's own source are not the site's: what was said is.
        assert planted not in json.dumps([event["exception"]["values"][0]["value"], event["extra"]])
        assert planted not in json.dumps(event["logentry"])


def test_without_a_setting_nothing_of_it_is_imported():
    lines = "import django, sys; django.setup(); print('sentry_sdk' in sys.modules)"
    assert site(lines).strip() == "False"


def test_statements_and_bodies_stay_here():
    assert _crumb({"category": "query", "message": "SELECT"}, None) is None
    assert _crumb({"category": "log", "message": "pxz_abcdefgh1"}, None)["message"] == "pxz_[…]"
    assert _clean({"prompt": "a fox", "list": ["Bearer abcdefgh"]}) == {"list": ["Bearer […]"]}
