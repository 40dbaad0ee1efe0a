"""What a browser fetches for the first page stays small: nobody adds a hundred kilobytes unseen.

The figures are what is there now and a tenth; whoever needs more says so by raising one.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from generation.models import Image
from generation.tests.engine import ask, draw_all, without_cap

pytestmark = pytest.mark.once

KB = 1000
IMPORTED = re.compile(r'(?:^|\n)(?:import|export)[^"\';]*["\']([^"\']+)["\']')
LINKED = re.compile(r"""{% static ["']([^"']+)["'] %}""")


def packed(paths):
    """Bytes, each file by itself in gzip, as they are served."""
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths)


def file_of(name):
    found = finders.find(name)
    assert found, name
    return Path(found)


def with_imports(entry, known):
    """Add the module and all that it imports, each once."""
    if entry in known:
        return
    known.add(entry)
    for name in IMPORTED.findall(entry.read_text()):
        if name.startswith("."):
            with_imports((entry.parent / name).resolve(), known)


def linked(template, ending):
    text = Path(get_template(template).origin.name).read_text()
    return [file_of(name) for name in LINKED.findall(text) if name.endswith(ending)]


def test_the_studios_scripts_are_few():
    files = set()
    for template in ("base.html", "generation/studio.html"):
        for entry in linked(template, ".js"):
            with_imports(entry, files)
    assert packed(files) < 185 * KB


def test_the_studios_stylesheets_are_few():
    files = [*linked("base.html", ".css"), *linked("generation/studio.html", ".css")]
    assert packed(files) < 80 * KB


def test_the_studios_page_is_small(studio, painter, as_alice):
    without_cap(studio.owner)
    for seed in range(10):
        ask(studio, painter, count=4, seed=seed)
    draw_all()
    assert Image.objects.count() == 40
    page = as_alice.get(f"/w/{studio.slug}/").content
    assert len(gzip.compress(page, 6)) < 28 * KB


def test_no_own_picture_of_the_site_is_large():
    folder = Path(__file__).parents[2] / "static"
    large = [
        path.name
        for path in folder.rglob("*")
        if path.suffix in {".webp", ".png", ".svg", ".jpg"} and path.stat().st_size > 120 * KB
    ]
    assert large == []
