"""What README.md and docs/ name is there: links, their anchors, files and commands."""

import re
from pathlib import Path

import pytest

from pixazo.tests.desk import ROOT

ROOMS = r"(?:accounts|billing|chat|deploy|docs|generation|pixazo|static|templates|tools|workspaces)"
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    ROOT / "generation/starter_model/README.md",
]
DJANGOS = {"changepassword", "check", "collectstatic", "createcachetable", "createsuperuser"}
DJANGOS |= {"makemessages", "makemigrations", "migrate", "shell"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page):
    text = page.read_text()
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match("[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
    for name in re.findall(rf"`({ROOMS}/[\w./-]+\.(?:py|sh|js|css|html|yaml|yml|md|csv))`", text):
        assert (ROOT / name).exists(), name
    for name in set(re.findall(r"manage\.py ([a-z_]+)", text)) - DJANGOS:
        assert list(ROOT.glob(f"*/management/commands/{name}.py")), name
    for name in re.findall(r"python -m ((?:tools|pixazo)(?:\.\w+)+)", text):
        place = ROOT.joinpath(*name.split("."))
        assert place.is_dir() or place.with_suffix(".py").exists(), name


def anchors(page: Path) -> set[str]:
    """As forges make them of headings."""
    titles = re.findall("^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
