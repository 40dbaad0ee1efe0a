"""A workspace of 500 and of 5,000 pictures as one file: how long it takes, and how much memory."""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.bench.site import BenchSite
from tools.bench.table import markdown

EXPORTED = (500, 5_000)
TAKEN = 100  # pictures that are taken in: each is decoded in a process of its own
FILL = """
from tools.bench.fill import fill
from generation.models import Image
from workspaces.models import Workspace
fill({size}, files=True)
Image.objects.update(recipe={recipe})
print(Workspace.objects.get(slug="bench").pk)
"""
RECIPE = {
    "version": 2,
    "model": {"slug": "starter", "name": "Starter"},
    "mode": "text",
    "prompt": "a red house under a full moon, " * 20,
    "negative_prompt": "",
    "width": 128,
    "height": 128,
    "num_inference_steps": 20,
    "guidance_scale": 4.0,
    "seed": 1,
    "made_by": {"libraries": {f"library-{number}": "1.2.3" for number in range(40)}},
}


@dataclass(frozen=True)
class Used:
    seconds: float
    computed: float  # seconds of a core
    megabytes: float  # at most at once


def measure(options: argparse.Namespace) -> str:
    rows = []
    with BenchSite(worker=False) as site:
        path = Path(site.folder.name) / "bench.tar.gz"
        for size in (TAKEN, *EXPORTED):
            code = FILL.format(size=size, recipe=json.dumps(RECIPE).replace("null", "None"))
            pk = site.run(code).strip().splitlines()[-1]
            used = _used(site, "export_workspace", pk, str(path))
            rows.append(_row("export", size, used, path))
            if size == TAKEN:
                used = _used(site, "import_workspace", str(path), "--owner", "bench@example.org")
                rows.append(_row("import", size, used, path))
    heads = ["", "pictures", "seconds", "of a core", "pictures/s", "peak memory", "file"]
    return markdown("Archives", heads, rows)


def _used(site: BenchSite, *words: str) -> Used:
    """With its start, which takes about a second and most of the memory."""
    begin = time.perf_counter()
    command = [sys.executable, "manage.py", *words]
    process = subprocess.Popen(command, cwd=site.root, env=site.env, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{words[0]} failed.")
    seconds = time.perf_counter() - begin
    return Used(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _row(what: str, size: int, used: Used, path: Path) -> list[str]:
    return [
        what,
        f"{size:,}",
        f"{used.seconds:.1f}",
        f"{used.computed:.1f}",
        f"{size / used.seconds:.0f}",
        f"{used.megabytes:.0f} MB",
        f"{path.stat().st_size / 10**6:.1f} MB",
    ]
