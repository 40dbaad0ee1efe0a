"""`python -m tools.upgrade [COMMIT]`: an upgrade as it happens. The release before (COMMIT, or else
the last tag, or where there is none what came before the newest migration) is checked out beside
this one, begins a site of its own and draws. While it serves, this release's migrations are
applied, once killed half-way, and it goes on on the new schema: its web with its worker, its web
with ours, both of ours, our web with its worker. Prints a table; exit code 1 if anything failed.

On SQLite; under `python -m tools.with_services` on PostgreSQL and Redis.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tools import ending
from tools.bench.site import ROOT, BenchSite, Caller, Refused
from tools.bench.table import markdown
from tools.with_services import free_port

BRIEF = {
    "PIXAZO_PROVIDERS": "fake=generation.tests.fake_engine",
    "PIXAZO_LEASE_SECONDS": "5",
    "PIXAZO_SWEEP_SECONDS": "0.5",
    "PIXAZO_LOOK_SECONDS": "0.3",
    "PIXAZO_GRACE_SECONDS": "2",
}
MODEL = """
from generation.models import ImageModel
size = {"default": 64, "min": 32, "max": 256, "step": 8}
steps = {"default": 4, "min": 1, "max": 50}
contract = {"width": size, "height": size, "num_inference_steps": steps}
ImageModel.objects.get_or_create(slug="upgraded", defaults={
    "name": "Upgraded", "provider": "fake", "address": "steady", "contract_data": contract})
"""
KILLED_AFTER = 3.0  # seconds into the migrations
WAIT_SECONDS = 120


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.upgrade", description=__doc__)
    parser.add_argument("commit", nargs="?", default="", help="the release before")
    commit = parser.parse_args().commit or _before()
    ending.by_signal()
    rows: list[list[object]] = []
    with checked_out(commit) as before:
        site = BenchSite(worker=True)
        site.root = before
        site.env |= BRIEF
        with site:
            site.run(MODEL)
            _try(rows, "the release before, on its own schema", lambda: smoke(site))
            _try(rows, "it says that our schema is another", lambda: refuses(site))
            _try(rows, "migrated, killed half-way, migrated again", lambda: migrate(site))
            _try(rows, "its web, its worker", lambda: smoke(site))
            site.kill_worker()
            site.root = ROOT
            site.start_worker()
            _try(rows, "its web, our worker", lambda: smoke(site))
            _replace_web(site)
            _try(rows, "our web, our worker", lambda: smoke(site))
            site.kill_worker()
            site.root = before
            site.start_worker()
            _try(rows, "our web, its worker", lambda: smoke(site))
            site.root = ROOT
            _try(rows, "every invariant", lambda: site.manage("check_invariants") and None)
    database = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    print(markdown(f"From {commit} to this one, on {database}", ["", ""], rows), flush=True)
    sys.exit(any(row[1] != "works" for row in rows))


def _before() -> str:
    if tag := _git("describe", "--tags", "--abbrev=0", check=False):
        return tag
    newest = _git("log", "-1", "--diff-filter=A", "--format=%h", "--", "*/migrations/0*.py")
    return _git("rev-parse", "--short", f"{newest}~1")


def _git(*words: str, check: bool = True) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=check, capture_output=True, text=True
    ).stdout.strip()


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """That release in a folder of its own, with what is installed here."""
    if not _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}", check=False):
        sys.exit(f"There is no commit {commit} here.")
    with tempfile.TemporaryDirectory(prefix="pixazo-before-") as folder:
        place = Path(folder) / "site"
        _git("worktree", "add", "--detach", str(place), commit)
        try:
            if not (place / "node_modules").exists():
                (place / "node_modules").symlink_to(ROOT / "node_modules")
            yield place
        finally:
            _git("worktree", "remove", "--force", str(place))


def smoke(site: BenchSite) -> None:
    """What people do most: look, ask, wait, fetch, cancel."""
    _until(lambda: site.connect().get("/api/models")[0] == 200, "the site answers")
    for path in ("/", "/api/models", "/api/health"):
        status, _ = site.connect().get(path)
        if status >= 400:
            raise Refused(status, path)
    jobs = site.connect().generate(model="upgraded", count=2)["job_ids"]
    for job in jobs:
        _until(lambda job=job: _state(site, job) == "succeeded", f"{job} is drawn")
    status, raw = site.connect().get(f"/api/images/{_status(site, jobs[0])['image_id']}/file")
    if status != 200 or not raw:
        raise Refused(status, "the picture")
    (job,) = site.connect().generate(model="upgraded", count=1)["job_ids"]
    site.connect().post(f"/api/jobs/{job}/cancel")
    _until(lambda: _state(site, job) in ("cancelled", "succeeded"), f"{job} ends")


def refuses(site: BenchSite) -> None:
    """A web process of ours on the schema of before says so, to whoever hands out requests."""
    port = free_port()
    ours = subprocess.Popen(
        [sys.executable, "-m", "pixazo.web", "--port", str(port), "--log-level", "warning"],
        cwd=ROOT,
        env=site.env,
    )
    try:
        _until(lambda: Caller(port, site.key).get("/healthz")[0] == 200, "our web answers")
        status, said = Caller(port, site.key).get("/readyz")
    finally:
        ours.terminate()
        ours.wait(60)
    is_behind = bool(_migrations(ROOT) - _migrations(site.root))
    if is_behind and (status != 503 or b"migrations" not in said):
        raise RuntimeError(f"There are new migrations, and it says {status}: {said[:300]!r}")


def _migrations(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.glob("*/migrations/0*.py")}


def migrate(site: BenchSite) -> None:
    words = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    first = subprocess.Popen(words, cwd=ROOT, env=site.env)
    time.sleep(KILLED_AFTER)
    first.kill()
    first.wait()
    subprocess.run(words, cwd=ROOT, env=site.env, check=True)


def _replace_web(site: BenchSite) -> None:
    """Ours in the place of theirs, on the same address."""
    site.web.terminate()
    site.web.wait(60)
    site.children.remove(site.web)
    site.start("pixazo.web", "--port", str(site.port), "--no-access-log")
    site.web = site.children.pop()
    site.children.insert(0, site.web)


def _status(site: BenchSite, job: str) -> dict[str, Any]:
    found: dict[str, Any] = Caller(site.port, site.key).get_json(f"/api/status/{job}")
    return found


def _state(site: BenchSite, job: str) -> str:
    return str(_status(site, job).get("state"))


def _until(true: Any, what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except (OSError, ValueError, HTTPException):
            pass
        time.sleep(0.2)
    raise RuntimeError(f"In vain: {what}.")


def _try(rows: list[list[object]], what: str, act: Any) -> None:
    try:
        act()
    except (OSError, RuntimeError, HTTPException, subprocess.CalledProcessError) as error:
        rows.append([what, f"fails: {error}"])
    else:
        rows.append([what, "works"])
    print(*rows[-1], sep=": ", flush=True)


if __name__ == "__main__":
    main()
