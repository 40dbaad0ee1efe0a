"""What bundles are made of, as it is served: our sources, and what we need of Bootstrap."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from pixazo.assets import vendor_files
from pixazo.bundles.used_rules import Words, used, words

SCRIPT = "vendor/bootstrap/js/bootstrap.bundle.min.js"
STYLES = "vendor/bootstrap/css/bootstrap.min.css"
ICONS = "vendor/bootstrap-icons/bootstrap-icons.min.css"
# Of Bootstrap's behaviours those that pages ask for, by data-bs-toggle.
PARTS = ("collapse", "dropdown", "modal", "offcanvas")
# The sources of these parts bear no comment that says it must stay.
LICENCES = """/*! Bootstrap: Copyright 2011-2025 The Bootstrap Authors.
 * Licensed under MIT (https://github.com/twbs/bootstrap/blob/main/LICENSE) */
/*! Popper: Copyright 2019 Federico Zivolo.
 * Licensed under MIT (https://github.com/floating-ui/floating-ui/blob/v2.x/LICENSE.md) */
"""
ROOMS = ("accounts", "billing", "chat", "generation", "pixazo", "workspaces")
NAMED = re.compile(r"""\{%\s*(?:static|module)\s+["'](js/[\w./-]+\.js)["']""")


def modules() -> Path:
    return (Path(settings.BASE_DIR) / "node_modules").resolve()


def state() -> str:
    """By the files' sizes and times: reading them all takes longer than making the bundles."""
    said = hashlib.sha256()
    for path in (*_sources(), *_texts(), *_ours(), *sorted(vendor_files().values())):
        stat = path.stat()
        said.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return said.hexdigest()[:20]


def stage(source: Path) -> list[str]:
    """Returns the names of what pages ask for."""
    sources = list(_sources())
    taken = {f"{path.parent.name}/{path.name}": path for path in sources}
    taken |= {name: path for name, path in vendor_files().items() if path.is_file()}
    written = _of_bootstrap()
    for name, path in taken.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if name in written:
            (source / name).write_text(written[name], encoding="utf-8")
        else:
            (source / name).symlink_to(path)
    asked = {name for text in _read(_texts()) for name in NAMED.findall(text)}
    return sorted(asked | {name for name in taken if name.startswith("css/")})


def _of_bootstrap() -> dict[str, str]:
    folder = modules() / "bootstrap" / "js" / "src"
    parts = [folder / f"{name}.js" for name in PARTS]
    known = words(
        _read(_texts()), _read((*_sources(), *_ours(), *parts, *folder.glob("util/*.js")))
    )
    # Templates are told an icon's name without what all begin with.
    icons = Words(
        known.whole | {f"bi-{each}" for each in known.whole},
        tuple(f"bi-{each.removeprefix('bi-')}" for each in known.beginnings if each != "bi-"),
    )
    files = vendor_files()
    return {
        SCRIPT: LICENCES + "".join(f'import "{path}";\n' for path in parts),
        STYLES: used(files[STYLES].read_text(encoding="utf-8"), known),
        ICONS: used(files[ICONS].read_text(encoding="utf-8"), icons),
    }


def _read(paths: Iterable[Path]) -> Iterator[str]:
    return (path.read_text(encoding="utf-8") for path in paths)


def _sources() -> Iterator[Path]:
    for folder in settings.STATICFILES_DIRS:
        for ending in ("js", "css"):
            yield from sorted((Path(folder) / ending).glob(f"*.{ending}"))


def _texts() -> Iterator[Path]:
    folders = [Path(settings.BASE_DIR) / "templates"]
    if settings.OWN_TEMPLATES:
        folders.append(Path(settings.OWN_TEMPLATES))
    for folder in folders:
        yield from sorted(folder.rglob("*.html"))


def _ours() -> Iterator[Path]:
    """Some names of classes and icons stand in Python."""
    for name in ROOMS:
        for path in sorted((Path(settings.BASE_DIR) / name).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                yield path
