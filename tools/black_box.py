"""`python -m tools.black_box [--seconds 900]`: somebody who knows nothing of the code tries to get
in. Wapiti walks a site of its own, on SQLite and on this machine only: first as a stranger, then as
a person with pictures; what it finds is printed as a table. Exit code 1 if it found anything that
is not explained in KNOWN, such as an answer with a server error.

Before each release. Wapiti is installed into an environment of its own, at the first time.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools import ending
from tools.bench.site import ROOT, BenchSite
from tools.bench.table import markdown

PLACE = ROOT / ".venv" / "wapiti"
WAPITI = PLACE / "bin" / "wapiti"
STAMP = PLACE / "installed.txt"
# Not those that call a host of their makers', or look for what isn't here (LDAP, other programs).
MODULES = (
    *("sql", "timesql", "xss", "permanentxss", "exec", "file", "redirect", "crlf"),
    *("csrf", "htaccess", "methods", "cookieflags", "csp", "http_headers"),
)
# What would end the walk: the way out, and what deletes the walker.
LEFT_OUT = ("/account/logout/", "/account/delete/", "/events/", "/static/")
# What it finds and is meant so, by a part of what it says and of where.
KNOWN = {
    "Strict-Transport-Security": "comes with HTTPS; the tried site is on http://127.0.0.1",
    "Secure flag is not set": "likewise",
    "HttpOnly flag is not set in the cookie : csrftoken": "scripts of the site read it",
    # templates/generation/_ask_prompt.html: what its address answers to a POST is 405.
    "Lack of anti CSRF token POST /w/": "a dialog's form: a script sends it, with the token",
    "Lack of anti CSRF token POST /image-playground/": "likewise",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.black_box", description=__doc__)
    parser.add_argument("--seconds", type=int, default=900, help="for each of the two")
    asked = parser.parse_args()
    ending.by_signal()
    _install()
    rows = []
    with BenchSite(worker=False) as site, TemporaryDirectory(prefix="pixazo-wapiti-") as folder:
        code = "from tools.load.crowd import gather; gather(1, 40)"
        (person,) = json.loads(site.run(code).strip().splitlines()[-1])
        for who, cookie in (("a stranger", ""), ("a person", person["cookie"])):
            report = Path(folder) / f"{who}.json"
            _walk(site, cookie, report, asked.seconds)
            rows += [(who, *found) for found in _found(json.loads(report.read_text()))]
    print(markdown("What Wapiti found", ["as", "what", "where", "why it is so"], rows), flush=True)
    return int(any(not row[-1] for row in rows))


def _install() -> None:
    wanted = (ROOT / "requirements/wapiti.txt").read_text()
    if WAPITI.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", str(PLACE)], check=True)
    words = ["-m", "pip", "install", "-q", "-r", str(ROOT / "requirements/wapiti.txt")]
    subprocess.run([str(PLACE / "bin" / "python"), *words], check=True)
    STAMP.write_text(wanted)


def _walk(site: BenchSite, cookie: str, report: Path, seconds: int) -> None:
    base = f"http://127.0.0.1:{site.port}/"
    words = ["-u", base, "--scope", "folder", "-m", ",".join(MODULES), "--flush-session"]
    words += ["--store-session", f"{report}.session", "--no-bugreport", "-f", "json"]
    words += ["-o", str(report), "--max-scan-time", str(seconds // 3), "--max-files-per-dir", "20"]
    words += ["--max-attack-time", str(seconds * 2 // 3 // len(MODULES))]
    for path in LEFT_OUT:
        words += ["-x", f"{base.rstrip('/')}{path}*"]
    if cookie:
        words += ["-C", cookie]
    subprocess.run([str(WAPITI), *words], check=True, stdout=subprocess.DEVNULL)


def _found(report: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What was found, where, and why it is meant so: "" if it is not."""
    told = set()
    for kind in ("vulnerabilities", "anomalies"):
        for name, cases in report[kind].items():
            for case in cases:
                what = f"{name}: {case['info']}"
                where = f"{case['method']} {case['path']}"
                if (what, where) in told:
                    continue
                told.add((what, where))
                said = f"{what} {where}"
                yield what, where, next((KNOWN[part] for part in KNOWN if part in said), "")


if __name__ == "__main__":
    sys.exit(main())
