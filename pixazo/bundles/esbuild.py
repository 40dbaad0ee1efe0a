"""The only place that starts esbuild: it joins scripts and styles and makes them small."""

import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# A program for each kind of machine, as npm installs them; no Node is needed to start it.
SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "win32"}
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
SECONDS = 60


class NotBundled(Exception):
    """With words for the log."""


def program(modules: Path) -> Path | None:
    machine = MACHINES.get(platform.machine().lower(), "")
    name = "esbuild.exe" if sys.platform == "win32" else "bin/esbuild"
    found = modules / "@esbuild" / f"{SYSTEMS.get(sys.platform, '')}-{machine}" / name
    return found if found.is_file() else None


def bundle(modules: Path, source: Path, entries: Sequence[str], into: Path) -> dict[str, list[str]]:
    """Each entry of `source` with all that it imports; what several import is a part of its own.

    Returns what each file that was made imports at once: `{"js/studio.js": ["js/part-1.js"], ...}`.
    """
    esbuild = program(modules)
    if esbuild is None:
        raise NotBundled("esbuild is not installed")
    said = into / "said.json"
    words = [
        *(str(esbuild), *entries, "--bundle", "--splitting", "--format=esm", "--minify"),
        *("--outbase=.", f"--outdir={into}", "--chunk-names=js/part-[hash]"),
        *(f"--metafile={said}", "--log-level=warning", "--charset=utf8"),
        # Licences stay with what they are for; fonts stay where they are.
        *("--legal-comments=eof", "--preserve-symlinks"),
        *(
            f"--external:{source}/vendor/{name}/*"
            for name in ("inter/files", "bootstrap-icons/fonts")
        ),
    ]
    try:
        run = subprocess.run(
            words, cwd=source, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotBundled(f"esbuild did not run: {error}") from error
    if run.returncode:
        raise NotBundled(run.stderr.strip())
    outputs = json.loads(said.read_text(encoding="utf-8"))["outputs"]
    said.unlink()

    def served(name: str) -> str:
        """esbuild's names are relative to `source`."""
        return (source / name).resolve().relative_to(into).as_posix()

    return {
        served(name): [
            served(each["path"]) for each in facts["imports"] if each["kind"] == "import-statement"
        ]
        for name, facts in outputs.items()
    }
