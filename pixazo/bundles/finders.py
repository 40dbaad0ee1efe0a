"""Where `{% static %}` and WhiteNoise find the bundles, and no longer what they are made of."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

from pixazo.bundles.making import bundles

SOURCES = ("js/*.js", "css/*.css")


class BundleFinder(BaseFinder):
    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        made = bundles()
        name = path.replace("\\", "/")
        found = [str(made.folder / name)] if made.folder and name in set(made.files()) else []
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        made = bundles()
        storage = FileSystemStorage(location=made.folder)
        for name in made.files():
            # Collected ones are compressed under the names that they are given there.
            is_wanted = not (settings.COLLECTED and name.endswith(".gz"))
            if is_wanted and not matches_patterns(name, list(ignore_patterns or [])):
                yield name, storage


class SourceFinder(FileSystemFinder):
    """What lies in static/, less what the bundles are made of."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if _is_bundled(path):
            return []
        found: Any = super().find
        return found(path, find_all=find_all, **kwargs)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name, storage in super().list(ignore_patterns):
            if not _is_bundled(name):
                yield name, storage


def _is_bundled(name: str) -> bool:
    return bundles().folder is not None and any(fnmatch(name, each) for each in SOURCES)
