"""Two people in one workspace, each in a browser of their own."""

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, ask, messages, pictures, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]

THEME = """
from accounts.models import User
from workspaces.models import Theme, Workspace
Theme.objects.create(
    owner=User.objects.get(username="companion"), scope="workspace", name="Dusk",
    workspace=Workspace.objects.get(owner__username="founder"), base_prompt="low sun",
)
print(Theme.objects.get(name="Dusk").pk)
"""


RENAMED = """
from workspaces.models import Topic
topic = Topic.objects.get(workspace__owner__username="founder", name__startswith="Purple castle")
topic.change(name="Castle by night")
"""


def topics(page):
    return page.locator("topic-list a[data-topic]")


def test_somebody_is_invited_works_along_and_is_taken_out(page, browser, desk, sign_in):
    sign_in("founder")
    page.goto(f"{desk.url}/w/founder/people/")
    page.get_by_label("E-mail").fill("companion@example.org")
    page.get_by_role("button", name="Send invitation").click()
    expect(messages(page)).to_contain_text("on its way to companion@example.org")
    link = desk.printed(r"http://\S+/invitations/\S+")
    members = page.context.new_page()
    members.goto(page.url)
    page.goto(f"{desk.url}/w/founder/")

    with browser.new_context() as context:
        other = context.new_page()
        sign_in("companion", on=other)
        other.goto(link)
        expect(
            other.get_by_role("heading", name="founder invites you to “founder”")
        ).to_be_visible()
        other.get_by_role("button", name="Accept").click()
        other.wait_for_url(f"{desk.url}/w/founder/")
        expect(members.get_by_label("Members")).to_contain_text("companion")
        members.close()

        # Each sees the other's picture and topic come, on the page that is open.
        ask(other, "a white boat on the sea at sunset, flat")
        expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
        page.get_by_role("button", name="Show topics").first.click()
        other.get_by_role("button", name="Show topics").first.click()
        expect(topics(page).filter(has_text="White boat")).to_be_visible()
        page.locator("#topics").get_by_role("button", name="New topic", exact=True).click()
        expect(topics(page).filter(has_text="New topic")).to_have_attribute("aria-current", "true")
        ask(page, "a purple castle at night, pixel art")
        expect(topics(other).filter(has_text="Purple castle")).to_be_visible(timeout=PATIENCE)
        expect(pictures(other)).to_have_count(2, timeout=PATIENCE)

        # While one writes a topic's name, it gets another: both are seen, and one is chosen.
        row = page.locator(".topic").filter(has_text="Purple castle")
        row.hover()
        row.get_by_role("button", name="More for Purple castle").click()
        page.get_by_role("menuitem", name="Rename").click()
        page.get_by_label("Name of the topic").fill("Castle at dusk")
        desk.run(RENAMED)
        page.get_by_label("Name of the topic").press("Enter")
        expect(messages(page)).to_contain_text("Somebody has called it “Castle by night” meanwhile")
        expect(topics(page).filter(has_text="Castle by night")).to_be_visible()
        page.get_by_role("button", name="Call it “Castle at dusk”").click()
        expect(topics(other).filter(has_text="Castle at dusk")).to_be_visible()

        # Both write the same theme; the later one has the choice.
        theme = desk.run(THEME).strip()
        listed, edited = context.new_page(), context.new_page()
        listed.goto(f"{desk.url}/themes/")
        expect(listed.get_by_role("article", name="Dusk")).to_be_visible()
        for each in (edited, page):
            each.goto(f"{desk.url}/themes/{theme}/edit/")
        page.get_by_label("Base prompt").fill("low sun, mist")
        page.get_by_role("button", name="Save").click()
        expect(messages(page)).to_contain_text("“Dusk” is saved")
        edited.get_by_label("Name").fill("Dusk by the sea")
        edited.get_by_role("button", name="Save").click()
        choice = edited.get_by_role("alert")
        expect(choice).to_contain_text("has changed this since you opened it")
        expect(choice).to_contain_text("low sun, mist")
        edited.get_by_label("Base prompt").fill("low sun, mist, gulls")
        choice.get_by_role("button", name="Keep mine").click()
        expect(messages(edited)).to_contain_text("“Dusk by the sea” is saved")
        page.goto(f"{desk.url}/themes/{theme}/edit/")
        expect(page.get_by_label("Base prompt")).to_have_value("low sun, mist, gulls")
        # The list and the studio that were open all the while have it as it is now.
        expect(listed.get_by_role("article", name="Dusk by the sea")).to_be_visible()
        offered = other.get_by_label("Theme").locator("option")
        expect(offered.filter(has_text="Dusk by the sea")).to_have_count(1)

        # Whoever is taken out hears nothing more at once.
        page.goto(f"{desk.url}/w/founder/people/")
        page.get_by_role("button", name="Actions for companion").click()
        page.get_by_role("button", name="Remove").click()
        page.wait_for_timeout(700)  # sooner it would be a double click
        page.get_by_role("button", name="Really remove?").click()
        expect(messages(page)).to_contain_text("companion no longer works here")
        expect(messages(other)).to_contain_text("This page is too old", timeout=PATIENCE)
        assert other.goto(f"{desk.url}/w/founder/").status == 404
