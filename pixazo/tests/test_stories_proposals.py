"""Somebody takes what the assistant proposes, part by part, and their picture says why."""

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, sign_in

__all__ = ["sign_in"]

pytestmark = [pytest.mark.browser, pytest.mark.starter]

WRITTEN = "a yellow tent, no birds"


def test_a_proposal_is_taken_undone_and_kept_as_the_reason(page, desk, sign_in):
    sign_in("rosalind")
    page.locator("chat-window:defined").wait_for(state="attached")
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill(WRITTEN)
    page.get_by_role("button", name="Assistant", exact=True).click()

    # The language model says nothing of the kind: the site's own words answer, and say so.
    page.get_by_role("button", name="Improve prompt").click()
    card = page.locator("change-set")
    expect(card).to_contain_text("This comes from the site's own words.", timeout=PATIENCE)
    expect(card.get_by_role("heading")).to_have_text("Proposed changes")
    expect(prompt).to_have_value(WRITTEN)

    # A part of it, and back.
    card.get_by_role("button", name="Apply Prompt:").click()
    expect(prompt).not_to_have_value(WRITTEN)
    expect(card.get_by_role("heading")).to_contain_text("1 of 2 applied", timeout=PATIENCE)
    card.get_by_role("button", name="Undo").click()
    expect(prompt).to_have_value(WRITTEN)
    expect(card.get_by_role("heading")).to_have_text("Proposed changes", timeout=PATIENCE)

    # All of it: what shall not be there is left out now.
    card.get_by_role("button", name="Apply all").click()
    expect(card.get_by_role("heading")).to_contain_text("Applied", timeout=PATIENCE)
    expect(page.locator("leave-out textarea")).to_have_value("birds")
    improved = prompt.input_value()
    assert improved.startswith("a yellow tent, ")
    page.get_by_role("button", name="Close the assistant").click()

    # What is drawn says why, and so does its picture's page.
    page.locator("#generate [data-generate]").click()
    batch = page.locator("batch-card", has_text=improved)
    because = "What shall not be there works better here than in the prompt."
    expect(batch).to_contain_text(because, timeout=PATIENCE)
    picture = batch.locator("job-tile[state=succeeded] a[data-do=open]")
    expect(picture).to_have_count(1, timeout=PATIENCE)
    page.goto(desk.url + picture.get_attribute("href"))
    expect(page.get_by_role("main")).to_contain_text(because)
