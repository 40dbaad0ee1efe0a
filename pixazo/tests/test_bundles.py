"""What browsers get is small and whole, and names only what is there."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings as real
from django.contrib.staticfiles import finders
from django.template import Context, Template

from pixazo.bundles import making, staging
from pixazo.bundles.esbuild import program
from pixazo.bundles.used_rules import CLASS, used, words
from pixazo.tests.test_scripts import node

pytestmark = pytest.mark.once
IMPORTED = re.compile(r"""(?:from|import|import\()\s*["'](\.[^"']+)["']""")


@pytest.fixture
def unmade(settings, tmp_path):
    """Nothing is made yet, and what is made here is forgotten."""
    settings.BUNDLES = tmp_path / "bundles"
    making.bundles.cache_clear()
    yield
    making.bundles.cache_clear()


def made():
    found = making.bundles()
    assert found.folder, "Run: make setup"
    return found


def test_every_module_is_one_that_a_browser_reads():
    script = """
        const { SourceTextModule } = require("node:vm");
        const { readFileSync } = require("node:fs");
        for (const identifier of process.argv.slice(1))
            new SourceTextModule(readFileSync(identifier, "utf8"), { identifier });
    """
    paths = [str(path) for path in made().folder.glob("js/*.js")]
    assert len(paths) > 40
    run = subprocess.run(
        [node(), "--experimental-vm-modules", "--no-warnings", "-e", script, *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_what_a_bundle_imports_is_there():
    for path in made().folder.glob("js/*.js"):
        for name in IMPORTED.findall(path.read_text()):
            assert (path.parent / name).is_file(), (path.name, name)


@pytest.mark.parametrize("name", ["css/every-page.css", "css/whole-studio.css"])
def test_what_a_style_sheet_names_is_served(name):
    for file in re.findall(
        r"url\((?!\"?data:)\"?([^)\"?#]+)", Path(finders.find(name)).read_text()
    ):
        assert finders.find(f"css/{file}".replace("css/../", "")), file


def test_licences_stay_with_what_they_are_for():
    script = Path(finders.find("js/every-page.js")).read_text()
    style = Path(finders.find("css/every-page.css")).read_text()
    for text in (script, style):
        assert "Licensed under MIT (https://github.com/twbs/bootstrap" in text
    assert "Federico Zivolo" in script
    assert "Bootstrap Icons" in style


def test_sources_are_not_served_beside_their_bundles():
    assert (Path(real.BASE_DIR) / "static/js/morph.js").is_file()
    assert finders.find("js/morph.js") is None
    assert finders.find("js/studio.js").startswith(str(made().folder))


def test_without_esbuild_the_sources_are_served_as_they_are(settings, unmade, monkeypatch, caplog):
    monkeypatch.setattr("pixazo.bundles.esbuild.program", lambda modules: None)
    assert making.bundles().folder is None
    assert finders.find("js/morph.js")
    assert making.imported_by("js/studio.js") == []
    assert "esbuild is not installed" in caplog.text


def test_where_nothing_can_be_written_the_sources_are_served(settings, unmade, tmp_path):
    (tmp_path / "bundles").write_text("not a folder")
    assert making.bundles().folder is None
    assert finders.find("css/tokens.css").endswith("static/css/tokens.css")


def test_those_of_earlier_sources_go_but_not_from_under_a_process_that_may_serve_them(tmp_path):
    for number in range(7):
        folder = tmp_path / f"state-{number}"
        folder.mkdir()
        (folder / making.FACTS).touch()
        taken = time.time() - 3600 - (making.DAY if number < 2 else 0)
        os.utime(folder, (taken + number, taken + number))
    making._forget(tmp_path)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [f"state-{number}" for number in range(2, 7)]  # one more than `KEPT`


def test_earlier_ones_that_another_process_removes_meanwhile_cost_nothing(
    settings, unmade, monkeypatch
):
    def gone(folder):
        raise FileNotFoundError(folder)

    monkeypatch.setattr(making, "_forget", gone)
    assert making.bundles().folder == Path(settings.BUNDLES) / staging.state()


def test_a_source_with_a_mistake_is_said_and_nothing_is_half_made(
    settings, unmade, tmp_path, caplog
):
    shutil.copytree(Path(real.BASE_DIR) / "static", tmp_path / "static")
    (tmp_path / "static" / "js" / "studio.js").write_text("const = 1;")
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    assert making.bundles().folder is None
    assert "studio.js" in caplog.text
    assert list((tmp_path / "bundles").iterdir()) == []


def test_a_page_names_what_its_module_imports():
    said = Template('{% load scripts %}{% module "js/studio.js" %}').render(Context())
    assert said.startswith('<script src="/static/js/studio.js" type="module"></script>')
    preloaded = re.findall(r'<link rel="modulepreload" href="/static/(js/[^"]+)">', said)
    studio = Path(finders.find("js/studio.js")).read_text()
    at_once = re.findall(r'(?:from|import)"\./([^"]+)"', studio)
    assert at_once
    assert {f"js/{name}" for name in at_once} <= set(preloaded)


def test_each_behaviour_of_bootstrap_that_a_page_asks_for_is_there():
    for path in Path(real.BASE_DIR, "templates").rglob("*.html"):
        for name in re.findall(r'data-bs-(?:toggle|dismiss)="([a-z]+)"', path.read_text()):
            assert name in staging.PARTS, path


def test_each_rule_of_bootstrap_that_a_page_may_need_is_there():
    whole = (Path(real.BASE_DIR) / "node_modules/bootstrap/dist/css/bootstrap.min.css").read_text()
    left = Path(finders.find("css/every-page.css")).read_text()
    lost = set(CLASS.findall(whole)) - set(CLASS.findall(left))
    for path in Path(real.BASE_DIR, "templates").rglob("*.html"):
        for said in re.findall(r'class="([^"{]*)', path.read_text()):
            assert not lost & set(said.split()), path
    assert {"carousel", "popover", "progress-bar"} & lost


KNOWN = words(
    [
        '<p id="row-{{ id }}" class="btn btn-{{ kind }} small">',
        '{% include "x" with class="text-"|add:y %}',
    ],
    ["hidden = `is-${state}`"],
)


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".btn{a:b}", ".btn{a:b}"),
        (".btn-primary,.unheard{a:b}", ".btn-primary{a:b}"),
        (".text-end{a:b}.is-open{a:b}", ".text-end{a:b}.is-open{a:b}"),
        (".row-cols-2{a:b}", ""),
        (
            ".btn:not(.unheard,.of:is(.that)):hover{a:b}",
            ".btn:not(.unheard,.of:is(.that)):hover{a:b}",
        ),
        (".unheard>.btn{a:b}", ""),
        (":root,[data-x=y]{--a:1.5}", ":root,[data-x=y]{--a:1.5}"),
        ("@media (min-width:9px){.btn{a:b}.unheard{a:b}}", "@media (min-width:9px){.btn{a:b}}"),
        ("@media print{.unheard{a:b}}", ""),
        ("@keyframes turn{from{a:b}50%{a:c}}p{a:b}", "@keyframes turn{from{a:b}50%{a:c}}p{a:b}"),
        ('@charset "UTF-8";.unheard{a:b}p{a:b}', '@charset "UTF-8";p{a:b}'),
        ("/*! By x.com */.unheard{a:b}/* y */.small{a:b}", "/*! By x.com */.small{a:b}"),
    ],
)
def test_only_rules_that_may_be_needed_are_kept(css, kept):
    assert used(css, KNOWN) == kept


def test_esbuild_is_there_for_this_machine():
    assert program(staging.modules())
