"""Files to staff go past a virus scanner where there is one (ASVS 5.4.3): a stand-in that speaks as
clamd does."""

import socketserver
import threading

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.desk import files
from pixazo.outgoing import clamd

pytestmark = pytest.mark.once

BAD = b"X5O!P%@AP-STAND-IN-ANTIVIRUS-TEST"


class Scanner(socketserver.StreamRequestHandler):
    answers = {True: b"stream: Stand-In-Test FOUND\0", False: b"stream: OK\0"}

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
        self.server.seen.append(content)
        self.wfile.write(self.answers[BAD in content])


class Tired(Scanner):
    answers = {True: b"INSTREAM size limit exceeded. ERROR\0", False: b""}


@pytest.fixture
def scanner(request, settings):
    kind = getattr(request, "param", Scanner)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.CLAMD = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def test_what_is_clean_is_kept_and_was_looked_at_whole(scanner):
    text = b"a long letter " * 50_000
    kept = files.keep("letter.txt", text)
    assert scanner.seen == [text]
    assert default_storage.exists(kept.key)
    files.discard([kept])


def test_what_is_not_is_refused_and_nothing_of_it_is_kept(scanner, monkeypatch):
    monkeypatch.setattr(files, "_stored", None)
    with pytest.raises(clamd.Infected, match="not kept"):
        files.keep("letter.txt", b"words " * 60_000 + BAD)


@pytest.mark.parametrize("scanner", [Tired], indirect=True)
@pytest.mark.parametrize("content", [b"harmless", BAD])
def test_what_it_can_not_say_is_no_yes(scanner, monkeypatch, content):
    monkeypatch.setattr(files, "_stored", None)
    with pytest.raises(clamd.NotScanned):
        files.keep("letter.txt", content)


def test_while_it_is_away_nothing_is_taken(settings, tmp_path):
    nobody = str(tmp_path / "clamd.ctl")
    for where in ("127.0.0.1:1", nobody, "clamd", "clamd:", "127.0.0.1:99999999"):
        settings.CLAMD = where
        with pytest.raises(clamd.NotScanned):
            files.keep("letter.txt", b"harmless")


@pytest.mark.django_db
def test_whoever_sends_one_is_told(scanner, as_alice):
    letter = SimpleUploadedFile("letter.txt", BAD)
    form = {"subject": "A question", "text": "See the file", "category": "other", "files": letter}
    page = as_alice.post("/help/new/", form)
    assert "virus scanner found something bad" in page.content.decode()
