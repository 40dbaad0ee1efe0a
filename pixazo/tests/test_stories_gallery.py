"""What is done with pictures once they are there: found, chosen, compared, thrown away and back."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, messages, pictures, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]


@pytest.fixture
def made(page, sign_in):
    """Somebody with three pictures: two lighthouses of one request, and a boat."""

    def begin(name):
        sign_in(name)
        page.locator("prompt-form:defined").wait_for()
        field = page.get_by_label("Prompt", exact=True)
        field.fill("a white boat on the sea")
        field.press("Control+Enter")
        expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
        field.fill("a red lighthouse by the sea")
        page.locator("label[for=count-2]").click()
        field.press("Control+Enter")
        expect(pictures(page)).to_have_count(3, timeout=PATIENCE)

    return begin


def shots(page):
    return page.locator(".shot")


def focus_first(page):
    # Until the scripts have run, keys do nothing.
    page.locator("picture-grid:defined").wait_for()
    shots(page).first.focus()


def test_pictures_are_found_marked_and_carried_away(page, desk, made, tmp_path):
    made("collector")
    page.get_by_role("link", name="Gallery").first.click()
    expect(shots(page)).to_have_count(3)
    # By keys alone: two are chosen, rated and tagged.
    focus_first(page)
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("2 selected")
    page.keyboard.press("4")
    expect(page.locator(".stars", has_text="★ 4")).to_have_count(2)
    page.keyboard.press("l")
    tag = page.get_by_role("dialog", name="Tag these pictures")
    tag.get_by_label("Tag").fill("coast")
    tag.get_by_label("Tag").press("Enter")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("tagged “coast”")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download as ZIP").click()
    download.value.save_as(tmp_path / "two.zip")
    names = zipfile.ZipFile(tmp_path / "two.zip").namelist()
    assert sum(name.endswith(".png") for name in names) == 2
    assert {"manifest.json", "manifest.csv"} <= set(names)

    # A search is an address, and can be kept.
    page.get_by_role("searchbox").fill("coast")
    page.get_by_role("searchbox").press("Enter")
    expect(shots(page)).to_have_count(2)
    page.get_by_role("button", name="Save as smart view").click()
    view = page.get_by_role("dialog", name="Save this search")
    view.get_by_label("Name").fill("The coast")
    view.get_by_role("button", name="Save").click()
    expect(messages(page)).to_contain_text("“The coast” is saved.")
    page.goto(f"{desk.url}/gallery/")
    page.get_by_role("link", name="The coast").click()
    expect(page).to_have_url(re.compile("q=coast"))
    page.get_by_role("link", name="Remove the filter “coast”").click()
    expect(shots(page)).to_have_count(3)
    # The models that are offered are those that drew what is there.
    page.get_by_role("group").get_by_text("Filter", exact=True).click()
    model = page.locator("#f-models option")
    expect(model).to_have_count(1)
    page.get_by_label("Model", exact=True).fill(model.get_attribute("value"))
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("model="))
    expect(shots(page)).to_have_count(3)


def test_chosen_pictures_move_to_another_topic_and_back(page, desk, made):
    made("mover")
    desk.run(HARBOUR)
    page.goto(f"{desk.url}/gallery/")
    move_first(page, "Harbour")
    with page.expect_response("**/gallery/move/"):
        messages(page).get_by_role("button", name="Undo").click()
    page.goto(f"{desk.url}/w/mover/")
    expect(page.locator("batch-card")).to_have_count(2)
    # Folded on the workspace's own page, until somebody wants them there.
    page.get_by_role("button", name="Show topics").click()
    page.get_by_role("link", name="Harbour").first.click()
    expect(page.locator("batch-card")).to_have_count(0)

    page.goto(f"{desk.url}/gallery/")
    move_first(page, "Harbour")
    page.goto(f"{desk.url}/w/mover/")
    page.get_by_role("link", name="Harbour").first.click()
    expect(page.locator("batch-card")).to_have_count(1)


def move_first(page, topic):
    focus_first(page)
    page.keyboard.press("x")
    page.get_by_role("button", name="Move to a topic").click()
    asked = page.get_by_role("dialog", name="Move to a topic")
    asked.get_by_label("Topic").select_option(topic)
    asked.get_by_role("button", name="Move", exact=True).click()
    expect(messages(page)).to_contain_text(f"now in “{topic}”")


HARBOUR = """
from workspaces.models import Workspace
workspace = Workspace.objects.get(slug="mover")
workspace.topics.create(name="Harbour", author_id=workspace.owner_id)
"""


def test_what_is_thrown_away_comes_back_by_undo_and_from_the_trash(page, desk, made):
    made("tidier")
    page.goto(f"{desk.url}/gallery/")
    focus_first(page)
    page.keyboard.press("Delete")
    expect(shots(page)).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(shots(page)).to_have_count(3)

    shots(page).nth(1).locator(".tick").click(force=True)
    page.get_by_role("button", name="Select all that match").click()
    page.get_by_role("button", name="Move to the trash").click()
    expect(page.get_by_text("No pictures yet")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Trash")).click()
    expect(shots(page)).to_have_count(3)
    focus_first(page)
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()


def test_a_double_click_and_a_held_key_delete_nothing_for_good(page, desk, made):
    made("hasty")
    page.goto(f"{desk.url}/gallery/")
    focus_first(page)
    page.keyboard.press("Delete")
    expect(shots(page)).to_have_count(2)
    page.goto(f"{desk.url}/gallery/trash/")
    focus_first(page)
    page.keyboard.press("Control+a")
    purge = page.locator("[data-act=purge]")
    purge.dblclick()
    expect(purge).to_have_text("Delete for good?")
    purge.click()  # the third of a fast hand
    for _ in range(40):
        page.keyboard.down("Enter")  # as often as a held key repeats itself
        page.wait_for_timeout(30)
    page.keyboard.up("Enter")
    expect(shots(page)).to_have_count(1)
    page.wait_for_timeout(700)
    purge.click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()


def test_a_picture_is_looked_at_without_touching_the_form_and_used_on_purpose(page, made):
    made("looker")
    field = page.get_by_label("Prompt", exact=True)
    field.fill("something of my own")
    pictures(page).last.click()
    viewer = page.get_by_role("dialog", name="Picture")
    expect(viewer.get_by_text("a white boat on the sea").first).to_be_visible()
    expect(viewer).to_contain_text("3 / 3")
    page.keyboard.press("ArrowLeft")
    expect(viewer).to_contain_text("2 / 3")
    page.keyboard.press("i")
    expect(viewer.get_by_text("Seed", exact=True)).to_be_hidden()
    page.keyboard.press("i")
    page.keyboard.press("Escape")
    expect(field).to_have_value("something of my own")
    pictures(page).last.click()
    expect(viewer).to_contain_text("3 / 3")
    page.keyboard.press("u")
    expect(field).to_have_value("a white boat on the sea")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(field).to_have_value("something of my own")


def test_two_are_compared_by_keys_and_one_is_kept(page, desk, made):
    made("chooser-of-two")
    card = page.locator("batch-card", has_text="a red lighthouse")
    card.hover()
    card.get_by_role("link", name="Compare all").click()
    stage = page.locator(".compare-stage")
    expect(stage).to_have_attribute("data-mode", "slider")
    slider = page.get_by_role("slider", name="How much of B is seen")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("51")
    page.keyboard.press("m")
    expect(stage).to_have_attribute("data-mode", "side")
    expect(page.get_by_role("row", name=re.compile("^Seed"))).not_to_contain_text("=")
    page.keyboard.press("1")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("A is kept and starred")
    page.goto(f"{desk.url}/gallery/?starred=1")
    expect(shots(page)).to_have_count(1)
    page.goto(f"{desk.url}/gallery/trash/")
    expect(shots(page)).to_have_count(1)


def test_three_lie_two_by_two_and_of_a_tournament_the_winner_stands_alone(page, desk, made):
    made("judge")
    page.goto(f"{desk.url}/gallery/")
    ids = [
        link.split("/")[-2]
        for link in page.locator("picture-grid a[href*='/images/']").evaluate_all(
            "links => [...new Set(links.map((link) => link.pathname))]"
        )
    ]
    page.goto(f"{desk.url}/compare/?" + "&".join(f"of={each}" for each in ids[:3]))
    first, second, third = (
        page.locator("[data-shot]").nth(place).bounding_box() for place in range(3)
    )
    assert first["y"] == second["y"] < third["y"]
    page.get_by_role("link", name="Use the settings of C").wait_for()
    page.get_by_role("link", name="Run a tournament over these").click()
    expect(page.get_by_text("1 more to come")).to_be_visible()
    page.get_by_role("button", name="Keep B").click()
    expect(page.get_by_text("1 more to come")).to_have_count(0)
    page.locator("picture-compare:defined").wait_for()
    page.get_by_role("button", name="Keep A").click()
    expect(page.get_by_role("heading", name="The winner")).to_be_visible()
    expect(page.locator("[data-shot]")).to_have_count(1)
    expect(page.get_by_role("button", name=re.compile("Keep|Skip"))).to_have_count(0)
    page.get_by_role("link", name="See the winner").click()
    expect(page).to_have_url(re.compile(f"/images/{ids[1]}/$"))


def test_the_queue_is_at_hand_on_any_page(page, desk, made):
    made("waiter")
    page.goto(f"{desk.url}/workspaces/")
    page.get_by_role("link", name="Queue: 0 / 0").click()
    drawer = page.get_by_role("dialog", name="Queue")
    expect(drawer).to_contain_text("a red lighthouse by the sea")
    expect(drawer).to_contain_text("2 of 2")
    drawer.get_by_role("link", name="Failed").click()
    expect(drawer).not_to_contain_text("2 of 2")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_on_a_phone_pictures_are_chosen_by_a_long_press(page, desk, made):
    made("pocket-gallery")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desk.url}/gallery/")
    box = shots(page).first.bounding_box()
    middle = {"clientX": box["x"] + 40, "clientY": box["y"] + 40, "pointerType": "touch"}
    shots(page).first.dispatch_event("pointerdown", {"bubbles": True, **middle})
    expect(page.locator("[data-count]")).to_have_text("1 selected")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Star", exact=True).click()
    expect(shots(page).first).to_have_attribute("data-starred", "")


MANY = """
import io
import PIL.Image
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from generation.models import Batch, Image, ImageModel, Job
from workspaces.models import Workspace
workspace = Workspace.objects.get(slug="{name}", owner__email="{name}@example.org")
model = ImageModel.objects.get(slug="starter")
file = io.BytesIO()
PIL.Image.new("RGB", (128, 128), "navy").save(file, "webp")
file = file.getvalue()
for number in range({count} // 4):
    batch = Batch.objects.create(
        workspace=workspace, topic=workspace.default_topic, author=workspace.owner, model=model,
        prompt=f"a navy square {{number}}", width=128, height=128, num_inference_steps=20,
        guidance_scale=4, seed=number, count=4)
    for index in range(4):
        job = Job.objects.create(batch=batch, index=index, author_id=workspace.owner_id,
            model=model, lane="gpu", seed=index, state="succeeded")
        sizes = ("original.webp", "medium.webp", "small.webp")
        names = [f"generated/{name}/{{number}}-{{index}}-{{size}}" for size in sizes]
        keys = [default_storage.save(name, ContentFile(file)) for name in names]
        Image.objects.create(workspace=workspace, job=job, original=keys[0], medium=keys[1],
            small=keys[2], width=128, height=128, bytes=len(file), sha256="0" * 64,
            colour="#000080", recipe={{}}, alt=batch.prompt, recipe_hash="0" * 64,
            model_name=model.name, wait_seconds=0.1, draw_seconds=1.0)
"""


def test_further_pictures_come_as_one_scrolls(page, desk, sign_in):
    sign_in("scroller")
    page.locator("prompt-form:defined").wait_for()
    desk.run(MANY.format(name="scroller", count=120))
    asked = []
    page.on("request", lambda request: "after=" in request.url and asked.append(request.url))
    page.get_by_role("link", name="Gallery").first.click()
    expect(shots(page)).to_have_count(24)
    page.locator("picture-grid:defined").wait_for()
    # Who looks at the newest and leaves has asked for no more.
    page.wait_for_timeout(500)
    assert not asked
    shots(page).last.scroll_into_view_if_needed()
    expect(shots(page)).to_have_count(24 + 60)
    # Likewise where it is the focus that comes near the end.
    shots(page).last.focus()
    expect(shots(page)).to_have_count(120)
    expect(page.locator("[data-more]")).to_have_count(0)
    assert len(asked) == 2
