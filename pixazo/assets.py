"""The only list of front-end packages' files, served under `vendor/` straight from node_modules.

A list and not whole folders: collecting all of `dist` takes minutes and ships 57 MB. The `.map`
files are in it because hashed names can't be made for a file whose map is missing.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage

# Folder under vendor/ -> (folder in node_modules, files). What a stylesheet names keeps its
# relative place.
PACKAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "bootstrap": (
        "bootstrap/dist",
        (
            "css/bootstrap.min.css",
            "css/bootstrap.min.css.map",
            "js/bootstrap.bundle.min.js",
            "js/bootstrap.bundle.min.js.map",
        ),
    ),
    "bootstrap-icons": (
        "bootstrap-icons/font",
        (
            "bootstrap-icons.min.css",
            "fonts/bootstrap-icons.woff",
            "fonts/bootstrap-icons.woff2",
        ),
    ),
    # Draws charts.
    "chart": ("chart.js/dist", ("chart.umd.min.js", "chart.umd.min.js.map")),
    "inter": (
        "@fontsource-variable/inter",
        (
            "index.css",
            *(
                f"files/inter-{script}-wght-normal.woff2"
                for script in (
                    "cyrillic",
                    "cyrillic-ext",
                    "greek",
                    "greek-ext",
                    "latin",
                    "latin-ext",
                    "vietnamese",
                )
            ),
        ),
    ),
}


def vendor_files() -> dict[str, Path]:
    """Every served name, such as `vendor/inter/index.css`, and the file it stands for."""
    modules = Path(settings.BASE_DIR) / "node_modules"
    return {
        f"vendor/{name}/{file}": modules / folder / file
        for name, (folder, files) in PACKAGES.items()
        for file in files
    }


class VendorFinder(BaseFinder):
    """Finds the listed files for `{% static %}`, for development and for collectstatic alike."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        if settings.COLLECTED:
            return []  # served from the collected copies; node_modules may not be there
        missing = [name for name, path in vendor_files().items() if not path.is_file()]
        if not missing:
            return []
        return [
            Error(
                f"{len(missing)} front-end files are not installed, the first is {missing[0]}.",
                hint="Run `make setup` (or `npm ci --ignore-scripts`).",
                id="pixazo.E010",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        file = vendor_files().get(path.replace("\\", "/"))
        found = [str(file)] if file and file.is_file() else []
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name, (folder, files) in PACKAGES.items():
            storage = FileSystemStorage(location=Path(settings.BASE_DIR) / "node_modules" / folder)
            # collectstatic writes what a storage lists below its `prefix`.
            storage.prefix = f"vendor/{name}"  # type: ignore[attr-defined]
            for file in files:
                if not matches_patterns(file, list(ignore_patterns or [])) and storage.exists(file):
                    yield file, storage
