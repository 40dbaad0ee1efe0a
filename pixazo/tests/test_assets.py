"""The front-end packages are found by name, and their absence is a sentence."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from pixazo.assets import VendorFinder, vendor_files


def test_every_listed_file_is_served():
    for name in vendor_files():
        assert finders.find(name), f"{name} is missing; run: make setup"


def test_nothing_else_of_the_packages_is_served():
    assert finders.find("vendor/bootstrap/package.json") is None
    assert finders.find("vendor/../package.json") is None


@pytest.mark.parametrize("name", [name for name in vendor_files() if name.endswith(".css")])
def test_what_a_stylesheet_names_is_listed_too(name):
    folder = name.rsplit("/", 1)[0]
    named = re.findall(r"url\([\"']?(?!data:)([^)\"'?#]+)", vendor_files()[name].read_text())
    for file in named:
        assert f"{folder}/{file.removeprefix('./')}" in vendor_files()


def test_what_is_missing_is_said_with_the_command_that_helps(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    [problem] = VendorFinder().check()
    assert "not installed" in problem.msg
    assert "make setup" in problem.hint


def test_a_machine_with_collected_files_needs_no_packages(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    settings.COLLECTED = True
    assert VendorFinder().check() == []


def test_collecting_gives_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert list(tmp_path.glob("vendor/bootstrap/css/bootstrap.min.*.css"))
    assert list(tmp_path.glob("vendor/inter/files/inter-latin-wght-normal.*.woff2"))
