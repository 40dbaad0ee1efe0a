"""No secret is in the repository (S94): what looks like one is refused, whoever puts it there."""

import re
import subprocess

import pytest

from pixazo.tests.desk import ROOT

LOOKS_LIKE_ONE = {
    "private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "Stripe": r"\b[rs]k_live_[0-9A-Za-z]{16,}|\bwhsec_[0-9A-Za-z+/=]{32,}",
    "GitHub": r"\bgh[pousr]_[0-9A-Za-z]{36}\b|\bgithub_pat_\w{60,}",
    "AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "Google": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Slack": r"\bxox[abprs]-[0-9A-Za-z-]{20,}",
    "Telegram": r"\b\d{8,10}:AA[0-9A-Za-z_-]{32,}\b",
    "OpenAI": r"\bsk-(?:proj-)?[0-9A-Za-z_-]{40,}\b",
    "xAI": r"\bxai-[0-9A-Za-z]{40,}\b",
    "Hugging Face": r"\bhf_[0-9A-Za-z]{30,}\b",
    "ours": r"\bpxz_[0-9A-Za-z_-]{30,}\b",
    "JWT": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "password in an address": r"\b(?:postgres(?:ql)?|redis|amqp|mysql)://[\w.-]+:(?!pass|secret|word|\$|\{)[^@\s/\"'<>]{8,}@",
}
# Some letters and figures of each kind, put together here so that this file holds none.
EXAMPLES = {
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "Stripe": "sk_" + "live_" + "a1B2" * 6,
    "GitHub": "ghp" + "_" + "a1B2c3" * 6,
    "AWS": "AKIA" + "ABCD1234" * 2,
    "Google": "AIza" + "a1B2c" * 7,
    "Slack": "xoxb" + "-123456789012-abcdefghij",
    "Telegram": "123456789" + ":AA" + "a1B2c3d4" * 4,
    "OpenAI": "sk" + "-proj-" + "a1B2c3d4" * 6,
    "xAI": "xai" + "-" + "a1B2c3d4" * 6,
    "Hugging Face": "hf" + "_" + "a1B2c3d4" * 5,
    "ours": "pxz" + "_" + "a1B2c3d4" * 5,
    "JWT": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3.c2lnbmF0dXJl",
    "password in an address": "postgres://" + "pixazo:x8Kq2mVd91@db.example/pixazo",
}
# Holds made-up ones, to see that none of them gets into a line of the log.
MADE_UP = {"pixazo/tests/test_logs.py"}
TEXTS = {".py", ".md", ".txt", ".toml", ".html", ".js", ".json", ".sh", ".yaml", ".yml", ".example"}


def found_in(text):
    return {kind for kind, form in LOOKS_LIKE_ONE.items() if re.search(form, text)}


@pytest.mark.parametrize("kind", LOOKS_LIKE_ONE)
def test_each_kind_is_known_when_it_is_seen(kind):
    assert kind in found_in(EXAMPLES[kind])


def test_none_is_committed():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    texts = [each for each in paths if each.suffix in TEXTS or not each.suffix]
    assert len(texts) > 500
    found = {}
    for path in texts:
        if str(path.relative_to(ROOT)) in MADE_UP:
            continue
        if path.is_file() and (kinds := found_in(path.read_text("utf-8", "replace"))):
            found[str(path.relative_to(ROOT))] = kinds
    assert found == {}
