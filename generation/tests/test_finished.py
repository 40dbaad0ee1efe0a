"""Finished tiles are drawn once: what is kept is never another than what would be drawn now."""

import re
from collections import OrderedDict
from secrets import token_hex

import pytest
from django.conf import settings

from accounts.models import Preference
from generation.models import Image
from generation.tests.engine import ask_one, draw_all
from generation.tests.page import FETCH
from generation.views import finished
from workspaces.models import Membership

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    kept = OrderedDict()
    monkeypatch.setattr(finished, "_kept", kept)
    monkeypatch.setattr(finished, "_size", 0)
    return kept


@pytest.fixture
def image(studio, painter):
    ask_one(studio, painter, seed=7)
    draw_all()
    return Image.objects.get()


def shown(client, image):
    return client.get(f"/w/{image.workspace.slug}/feed/", **FETCH).content.decode()


def test_all_that_the_templates_read_is_part_of_what_it_is_found_by():
    folder = settings.BASE_DIR / "templates"
    text = (folder / finished.TILE).read_text()
    begun = text.index('{% if job.state == "succeeded" %}')
    ended = text.index('<div class="tile-note"><i class="bi bi-trash3')
    head = text[text.index("<job-tile") : begun].replace("tile.preview and", "")
    read = {finished.TILE: head + text[begun:ended]}
    read[finished.HEAD] = (folder / finished.HEAD).read_text().replace("batch=card.batch", "")
    read[finished.HEAD] = read[finished.HEAD].replace("model=card.batch.model", "")
    read[finished.ITEM] = (folder / finished.ITEM).read_text()
    names = r"\b(tile|job|image|batch|card|model|workspace|user|request|perms)\.(\w+)"
    for template, rows in finished.READ.items():
        known = {(name, each) for name, names in rows.items() for each in names}
        named = set(re.findall(names, read[template]))
        assert named - known - {("image", "verdict"), ("workspace", "slug")} == set()


def test_the_second_time_it_is_what_was_kept(as_alice, image, nothing_kept):
    first = shown(as_alice, image)
    assert len(nothing_kept) == 2  # the head of its card, and its tile
    assert shown(as_alice, image) == first
    assert len(nothing_kept) == 2


def test_what_changes_is_shown_at_once(as_alice, image):
    before = shown(as_alice, image)
    Image.objects.update(alt="Seen from the sea")
    after = shown(as_alice, image)
    assert "Seen from the sea" in after
    assert after != before


def test_an_address_that_runs_out_is_written_anew(as_alice, image, settings, monkeypatch):
    settings.THUMBNAIL_SECRET = "secret"
    moment = 1_800_000_000
    monkeypatch.setattr("generation.thumbnails.time.time", lambda: moment)
    assert image.small_url.replace("&", "&amp;") in shown(as_alice, image)
    moment += 4 * 3600
    assert image.small_url.replace("&", "&amp;") in shown(as_alice, image)


def test_whoever_may_less_is_not_shown_more(as_alice, as_charlie, charlie, image):
    Membership.objects.create(workspace=image.workspace, user=charlie, role=Membership.Role.VIEWER)
    assert "verify change" in shown(as_alice, image)
    assert "keep change" in shown(as_alice, image)  # her card's menu
    assert "change" not in " ".join(re.findall(r' may="(.*?)"', shown(as_charlie, image)))


def test_another_language_is_another_tile(image, alice, as_alice):
    assert "Open image 1" in shown(as_alice, image)
    Preference.objects.remember(alice, {"language": "de"})
    assert "Open image 1" not in shown(as_alice, image)


def test_so_much_is_kept_and_no_more(as_alice, studio, painter, nothing_kept, monkeypatch):
    """However long the words of each are: what is found by them is no longer for it."""
    monkeypatch.setattr(finished, "MOST", 4000)
    for seed in range(6):
        ask_one(studio, painter, seed=seed, prompt=f"{token_hex(500)} \N{ARTIST PALETTE}")
    draw_all()
    shown(as_alice, Image.objects.first())
    held = sum(map(len, nothing_kept.values()))
    assert finished._size == held + finished.APIECE * len(nothing_kept) <= 4000
    assert nothing_kept
    assert all(len(key) == 32 for key in nothing_kept)
