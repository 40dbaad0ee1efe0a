"""A workspace as one file, and back from it, as a person does it."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, ask, pictures, sign_in

__all__ = ["sign_in"]

pytestmark = [pytest.mark.browser, pytest.mark.starter]


def test_a_workspace_is_exported_and_comes_back_with_its_pictures(
    page,
    desk,
    sign_in,
    tmp_path,
):
    sign_in("petra")
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    page.goto(f"{desk.url}/workspaces/")
    page.get_by_role("button", name="Actions for petra").click()
    page.get_by_role("link", name="Archive", exact=True).click()
    page.get_by_role("button", name="Make an archive").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        link.click()
    path = tmp_path / download.value.suggested_filename
    assert re.fullmatch(r"petra-\d{4}-\d\d-\d\d\.tar\.gz", path.name)
    download.value.save_as(path)

    page.get_by_role("link", name="Import an archive").click()
    page.get_by_label("Where to").select_option(label="A new workspace")
    page.get_by_label("Archive").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    take = page.get_by_role("button", name="Import it")
    expect(take).to_be_visible(timeout=PATIENCE)
    row = page.get_by_role("row", name=re.compile("^Pictures"))
    expect(row.get_by_role("cell").first).to_have_text("1")
    take.click()
    opened = page.get_by_role("link", name="Open the workspace")
    expect(opened).to_be_visible(timeout=PATIENCE)
    opened.click()
    expect(page).to_have_url(re.compile("/w/petra-2/$"))
    expect(pictures(page)).to_have_count(1)
    expect(pictures(page).first).not_to_have_js_property("naturalWidth", 0)


def test_what_is_no_archive_is_said_to_be_none(page, desk, sign_in, tmp_path):
    sign_in("quentin")
    (tmp_path / "holiday.tar.gz").write_bytes(b"nothing of the kind" * 100)
    page.goto(f"{desk.url}/workspaces/import/")
    page.get_by_label("Archive").set_input_files(tmp_path / "holiday.tar.gz")
    page.get_by_role("button", name="Look at it").click()
    said = page.locator("archive-job[url]").get_by_text("it is damaged")
    expect(said).to_be_visible(timeout=PATIENCE)
