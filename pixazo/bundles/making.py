"""The only place that makes the bundles, once for each state of the sources, and finds them."""

import gzip
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings

from pixazo.bundles.esbuild import NotBundled, bundle
from pixazo.bundles.staging import modules, stage, state

log = logging.getLogger(__name__)

FACTS = "bundles.json"
KEPT = 4  # states of the sources: who goes back to an earlier one has it at once
DAY = 86_400  # seconds: of one that a process took since, that process may be serving it still


@dataclass(frozen=True)
class Bundles:
    """`imports` has each script that pages name, and the files that it imports at once."""

    folder: Path | None = None
    imports: Mapping[str, list[str]] = field(default_factory=dict)

    def files(self) -> Iterator[str]:
        if self.folder is not None:
            for path in sorted(self.folder.rglob("*.*")):
                yield path.relative_to(self.folder).as_posix()


@cache
def bundles() -> Bundles:
    try:
        folder = Path(settings.BUNDLES) / state()
        if not (folder / FACTS).is_file():
            _make(folder)
        with suppress(OSError):  # where it can only be read, nothing is removed either
            os.utime(folder)
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (NotBundled, OSError) as error:
        log.warning("Scripts and styles are served as they are: %s.", error)
        return Bundles()
    return Bundles(folder, facts)


def imported_by(name: str) -> list[str]:
    """What a browser needs beside the script `name`; collected files say so themselves."""
    return (collected() if settings.COLLECTED else bundles()).imports.get(name, [])


@cache
def collected() -> Bundles:
    try:
        facts = (Path(settings.STATIC_ROOT) / FACTS).read_text(encoding="utf-8")
    except OSError:
        return Bundles()
    return Bundles(imports=json.loads(facts))


def _make(folder: Path) -> None:
    """Beside, then moved: whoever starts at the same time sees all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        source, made = Path(name).resolve() / "source", Path(name).resolve() / "made"
        made.mkdir()
        entries = stage(source)
        imports = bundle(modules(), source, entries, made)
        facts = {entry: _with(entry, imports) for entry in entries if entry.endswith(".js")}
        for path in (made / "css").iterdir():
            css = path.read_text(encoding="utf-8").replace("../source/vendor/", "../vendor/")
            path.write_text(css, encoding="utf-8")
        for path in [*made.rglob("*.js"), *made.rglob("*.css")]:
            packed = gzip.compress(path.read_bytes(), 9, mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)
        (made / FACTS).write_text(json.dumps(facts), encoding="utf-8")
        try:
            made.rename(folder)
        except OSError:
            if not (folder / FACTS).is_file():  # somebody else was first
                raise
    with suppress(OSError):  # another process may forget some at this moment
        _forget(folder.parent)


def _with(entry: str, imports: dict[str, list[str]]) -> list[str]:
    """All that a script imports, and what that imports, less what comes when it is asked for."""
    found = [entry]
    for name in found:
        found += [each for each in imports[name] if each not in found]
    return found[1:]


def _forget(folder: Path) -> None:
    made = [path for path in folder.iterdir() if (path / FACTS).is_file()]
    taken = {path: path.stat().st_mtime for path in made}
    for each in sorted(made, key=taken.__getitem__)[:-KEPT]:
        if taken[each] < time.time() - DAY:
            shutil.rmtree(each, ignore_errors=True)
