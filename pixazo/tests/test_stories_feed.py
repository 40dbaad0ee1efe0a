"""Stories of the studio's form and feed in a real browser: models, undo, what streams in."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, ask, choose_model, messages, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]

PHONE = {"width": 390, "height": 844}
# Models of a service that is never asked, and one that draws from text only, in few steps.
MODELS = """
from generation.models import ImageModel, Service
service, _ = Service.objects.get_or_create(
    slug="far", defaults={"name": "Far away", "kind": "openai", "base_url": "https://far.example"}
)
for number, (name, units) in enumerate([("Cloud", 2), ("Cirrus", 3), ("Nimbus", 4), ("Fog", 5)]):
    ImageModel.objects.get_or_create(
        slug=name.lower(),
        defaults={"name": name, "units": units, "address": name, "service": service,
                  "provider": "openai", "position": 200 + number},
    )
ImageModel.objects.get_or_create(
    slug="two-steps",
    defaults={"name": "Two steps", "address": "two-steps", "position": 199, "contract_data": {
        "num_inference_steps": {"fixed": 2}, "guidance_scale": False, "negative_prompt": False}},
)
"""
GONE = """
from generation.models import ImageModel, Service
ImageModel.objects.filter(slug__in=["cloud", "cirrus", "nimbus", "fog", "two-steps"]).delete()
Service.objects.filter(slug="far").delete()
"""
FORM = """[...new FormData(document.getElementById("generate"))]
  .filter(([name]) => !name.startsWith("csrf"))"""


@pytest.fixture
def models(desk):
    desk.run(MODELS)
    yield
    desk.run(GONE)


def picker(page):
    page.locator("model-picker:defined").wait_for()
    return page.get_by_role("button", name=re.compile("^Model"))


def test_a_model_is_found_by_typing_and_chosen_by_keys(page, models, sign_in):
    sign_in("picker")
    button = picker(page)
    button.focus()
    button.press("ArrowDown")
    search = page.get_by_role("combobox", name="Search models")
    expect(search).to_be_focused()
    # Under who makes the pictures, with what each takes and what stands in the way.
    far = page.get_by_role("group", name="Far away")
    expect(far.get_by_role("option")).to_have_count(4)
    expect(far.get_by_role("option", name="Cloud")).to_contain_text("2 units")
    expect(far.get_by_role("option", name="Cloud")).to_contain_text("needs a key")
    here = page.get_by_role("group", name="This site").get_by_role("option")
    expect(here.first).to_have_attribute("aria-selected", "true")
    active = page.locator(".models-option.is-active")
    for key, name in (("End", "Fog"), ("ArrowDown", "Starter"), ("ArrowUp", "Fog"), ("Home", "")):
        search.press(key)
        expect(active).to_contain_text(name)
        expect(search).to_have_attribute("aria-activedescendant", active.get_attribute("id"))
    search.fill("nim far")
    expect(page.locator(".models-option")).to_have_count(1)
    search.press("Escape")
    expect(search).to_be_hidden()
    expect(button).to_be_focused()
    button.press("Enter")
    expect(search).to_have_value("")
    search.press_sequentially("no such")
    expect(page.get_by_text("No model fits “no such”.")).to_be_visible()
    search.fill("cirr")
    search.press("Enter")
    expect(button).to_be_focused()
    expect(button).to_have_accessible_name(re.compile("Model Cirrus 3 units each"))
    expect(page.get_by_text("Nobody has given a key for it yet.")).to_be_visible()
    assert ["model", "cirrus"] in page.evaluate(FORM)


def test_on_a_phone_a_model_is_chosen_by_touch(page, models, sign_in):
    page.set_viewport_size(PHONE)
    sign_in("toucher")
    page.get_by_role("button", name=re.compile("^Settings: ")).click()
    picker(page).click()
    popup = page.get_by_role("dialog", name="Choose a model")
    box = popup.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    option = popup.get_by_role("option", name=re.compile("^Nimbus"))
    assert option.bounding_box()["height"] >= 44
    option.click()
    expect(popup).to_be_hidden()
    # The sheet stays, and the page does not scroll sideways.
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    assert ["model", "nimbus"] in page.evaluate(FORM)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_with_an_empty_prompt_generate_says_what_is_missing(page, models, sign_in):
    sign_in("wordless")
    page.locator("prompt-form:defined").wait_for()
    button = page.locator("#generate [data-generate]")
    expect(button).to_have_accessible_description("Describe the picture you want.")
    expect(button).to_have_attribute("title", "Describe the picture you want.")
    page.get_by_label("Prompt", exact=True).fill("a boat")
    expect(button).to_have_attribute("title", "")
    # Messages lie beside the settings, not over them.
    page.get_by_label("Prompt", exact=True).fill("")
    page.locator("label[for=count-3]").click()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(messages(page)).to_contain_text("The model's defaults are set.")
    panel, toast = page.locator("#panel").bounding_box(), page.locator(".toast").bounding_box()
    assert toast["x"] > panel["x"] + panel["width"]


def test_what_is_no_picture_is_refused_at_once_and_one_without_a_recipe_is_not(
    page, models, sign_in, tmp_path
):
    errors = []
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else 0
    )
    sign_in("bringer")
    page.locator("add-picture:defined").wait_for()
    photo = tmp_path / "sea.jpg"
    Image.new("RGB", (192, 128), "navy").save(photo)
    page.get_by_label("Picture from a file").set_input_files(photo)
    page.get_by_role("button", name="Start from it").click()
    expect(page.locator("[data-source]")).to_be_visible()
    assert errors == []
    text = tmp_path / "text.png"
    text.write_text("I am no picture.")
    page.get_by_label("Picture from a file").set_input_files(text)
    expect(messages(page)).to_contain_text("Only PNG, JPEG and WebP")
    expect(page.locator("dialog[data-chooser]")).to_be_hidden()
    half = tmp_path / "half.jpg"
    half.write_bytes(photo.read_bytes()[:-100])
    page.get_by_label("Picture from a file").set_input_files(half)
    expect(messages(page)).to_contain_text("it can't be read to its end")
    expect(page.locator("dialog[data-chooser]")).to_be_hidden()


def test_undo_after_another_model_brings_every_value_back(page, models, sign_in, tmp_path):
    sign_in("returner")
    page.locator("prompt-form:defined").wait_for()
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("a boat")
    page.locator("label[for=count-3]").click()
    page.locator("label[for=time-whenever]").click()
    page.locator("details[data-advanced] summary").click()
    page.get_by_label("Seed", exact=True).fill("77")
    page.get_by_label("Leave out").fill("people")
    page.get_by_label("Steps", exact=True).fill("12")
    page.get_by_label("Guidance", exact=True).fill("6.5")
    page.get_by_label("Width", exact=True).fill("192")
    file = tmp_path / "sea.png"
    Image.new("RGB", (192, 128), "navy").save(file)
    page.get_by_label("Picture from a file").set_input_files(file)
    page.get_by_role("button", name="Start from it").click()
    page.get_by_label("What to do with the picture").select_option("outpaint")
    page.get_by_label("Left", exact=True).fill("32")
    page.get_by_label("What to do with the picture").select_option("image")
    page.get_by_label("Strength", exact=True).fill("0.85")
    before = page.evaluate(FORM)
    assert ["strength", "0.85"] in before
    choose_model(page, "Two steps")
    told = page.locator(".toast", has_text="For Two steps: ")
    told.hover()  # or it goes after some seconds
    for words in ("steps", "guidance is not used", "the picture is set aside", "Leave out"):
        expect(told).to_contain_text(words)
    assert page.evaluate(FORM) != before
    # What is written after that is nobody's to take back.
    prompt.fill("a boat at sea")
    told.hover()
    page.get_by_role("button", name="Undo", exact=True).click()
    after = [
        ["prompt", "a boat at sea"] if name == "prompt" else [name, value] for name, value in before
    ]
    assert page.evaluate(FORM) == after


def take(page, held):
    """The request held back: it leaves only after the page has said that it is on its way."""
    while not held:
        page.wait_for_timeout(20)
    return held.pop()


def test_a_request_stands_in_the_feed_before_the_server_answers(page, sign_in):
    sign_in("sender")
    page.locator("prompt-form:defined").wait_for()
    held = []
    page.route("**/generate/", lambda route: held.append(route))
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("a boat on the sea")
    page.locator("label[for=count-4]").click()
    prompt.press("Control+Enter")
    sent = page.get_by_role("group", name="On its way")
    expect(sent).to_contain_text("a boat on the sea")
    expect(sent.get_by_text("Sending", exact=True)).to_have_count(4)
    height = sent.bounding_box()["height"]
    take(page, held).abort()
    # Nothing is lost: the prompt stays, and the same can be sent again.
    expect(sent).to_be_hidden()
    expect(page.get_by_text("Your first picture is one sentence away")).to_be_visible()
    expect(prompt).to_have_value("a boat on the sea")
    prompt.press("Control+Enter")
    expect(sent).to_be_visible()
    take(page, held).continue_()
    card = page.locator("batch-card")
    expect(card).to_have_count(1)
    expect(sent).to_have_count(0)
    assert abs(card.bounding_box()["height"] - height) < 1
    # From an empty field the arrow brings it back, and on a step further what was there.
    prompt.fill("")
    prompt.press("ArrowUp")
    expect(prompt).to_have_value("a boat on the sea")
    prompt.press("ArrowDown")
    expect(prompt).to_have_value("")


def test_what_an_event_brings_before_the_answer_stands_there_once(page, sign_in):
    sign_in("overtaken")
    answered = []
    page.route("**/generate/", lambda route: answered.append((route, route.fetch())))
    with page.expect_response(lambda answer: "of=batch-" in answer.url):
        ask(page, "a boat on the sea")
    sent, card = page.get_by_role("group", name="On its way"), page.locator("batch-card")
    page.wait_for_timeout(200)  # Read, it would be shown at once.
    expect(sent).to_be_visible()
    expect(card).to_have_count(0)
    route, answer = the_only(answered, page)
    route.fulfill(response=answer)
    expect(sent).to_have_count(0)
    expect(card).to_have_count(1)


def test_what_was_accepted_stands_there_also_where_its_answer_is_lost(page, sign_in):
    sign_in("cutoff")
    answered = []
    page.route("**/generate/", lambda route: answered.append((route, route.fetch())))
    with page.expect_response(lambda answer: "of=batch-" in answer.url):
        ask(page, "a boat on the sea")
    the_only(answered, page)[0].abort()
    expect(page.get_by_role("group", name="On its way")).to_have_count(0)
    expect(page.locator("batch-card")).to_have_count(1)


def test_an_answer_that_does_not_come_hides_nothing_else_and_not_for_long_what_was_accepted(
    page, sign_in
):
    sign_in("stalled")
    ask(page, "a boat on the sea")
    card = page.locator("batch-card")
    expect(page.locator("job-tile[state=succeeded] img")).to_have_count(1, timeout=PATIENCE)
    page.clock.install()
    answered = []
    page.route("**/generate/", lambda route: answered.append((route, route.fetch())))
    with page.expect_response(lambda answer: "of=batch-" in answer.url):
        ask(page, "a house on a hill")
    page.locator("job-tile").first.hover()
    page.get_by_role("button", name=re.compile("^More for")).first.click()
    page.get_by_role("menuitem", name=re.compile("^Vary a little")).click()
    expect(card).to_have_count(2)
    expect(page.get_by_role("group", name="On its way")).to_be_visible()
    page.clock.fast_forward(10_000)
    expect(card).to_have_count(3)
    route, answer = the_only(answered, page)
    route.fulfill(response=answer)
    expect(page.get_by_role("group", name="On its way")).to_have_count(0)
    expect(card).to_have_count(3)


def the_only(answered, page):
    """What the site has answered, as soon as it is here: an event may be quicker."""
    while not answered:
        page.wait_for_timeout(20)
    return answered.pop()


SHIFTED = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shifted += value;
}).observe({ type: "layout-shift" });
"""


@pytest.mark.parametrize(("size", "images"), [("desk", 1), ("phone", 4)])
def test_the_servers_card_takes_the_place_of_what_was_sent(page, desk, sign_in, size, images):
    name = f"swapper{size}{images}"
    if size == "phone":
        page.set_viewport_size(PHONE)
    sign_in(name)
    # Others below it would be pushed.
    desk.run(OLDER.format(name=name, state="cancelled", count=3))
    page.reload()
    page.locator("prompt-form:defined").wait_for()
    if size == "phone":
        page.get_by_role("button", name=re.compile("^Settings: ")).click()
    page.locator(f"label[for=count-{images}]").click()
    if size == "phone":
        page.locator("#panel").get_by_role("button", name="Close").click()
        expect(page.locator("#panel")).to_be_hidden()
    held = []
    page.route("**/generate/", lambda route: held.append(route))
    page.get_by_label("Prompt", exact=True).fill("a boat on the sea")
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    sent = page.get_by_role("group", name="On its way")
    expect(sent).to_be_visible()
    box = sent.bounding_box()
    below = page.locator("batch-card", has_text="an older boat 2")
    top = below.bounding_box()["y"]
    page.evaluate(SHIFTED)
    take(page, held).continue_()
    card = page.locator("batch-card").first
    expect(card).to_contain_text("a boat on the sea")
    expect(sent).to_have_count(0)
    assert card.bounding_box() == box
    assert below.bounding_box()["y"] == top
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    # No more than words that grow within a tile.
    assert page.evaluate("window.shifted") < 0.005


FIRST = 6  # cards of four pictures: a page of the feed begins with 24 at most

OLDER = """
from django.utils.timezone import now
from generation.models import Batch, ImageModel, Job
from workspaces.models import Workspace
workspace = Workspace.objects.get(slug="{name}", owner__email="{name}@example.org")
model = ImageModel.objects.get(slug="starter")
for number in range({count}):
    batch = Batch.objects.create(
        workspace=workspace, topic=workspace.default_topic, author=workspace.owner, model=model,
        prompt=f"an older boat {{number}}", width=128, height=192, num_inference_steps=20,
        guidance_scale=4, seed=number, count=4)
    Job.objects.bulk_create(
        Job(batch=batch, index=index, author_id=workspace.owner_id, model=model, lane="gpu",
            seed=index, state="{state}", error="The worker stopped.", finished=now())
        for index in range(4))
"""


def test_all_that_failed_is_retried_by_one_key(page, desk, sign_in):
    sign_in("repeater")
    desk.manage(
        "shell", "--no-imports", "-c", OLDER.format(name="repeater", state="failed", count=1)
    )
    page.reload()
    card = page.locator("batch-card")
    expect(card.locator("job-tile[state=failed]")).to_have_count(4)
    # In sight without a mouse over the card, and pressed by keyboard.
    again = card.get_by_role("button", name="Retry the 4 that failed · 4 units")
    assert again.evaluate("button => getComputedStyle(button.parentElement).opacity") == "1"
    page.locator("post-button:defined").first.wait_for(state="attached")
    again.focus()
    page.keyboard.press("Enter")
    expect(messages(page)).to_contain_text("4 pictures are in line again.")
    expect(card.locator("job-tile[state=failed]")).to_have_count(0)
    expect(again).to_have_count(0)
    expect(card.locator("job-tile[state=succeeded]")).to_have_count(4, timeout=PATIENCE)


def go_down(page, count):
    """As a person does who wants older ones: on and on, until so many cards are there."""
    page.wait_for_function(
        """(count) => {
          document.querySelector("feed-more")?.scrollIntoView();
          return document.querySelectorAll("batch-card").length >= count;
        }""",
        arg=count,
        timeout=PATIENCE,
    )


ONE_MORE = """
from generation.models import Batch, ImageModel
from generation.submit import submit
from workspaces.models import Workspace
workspace = Workspace.objects.get(slug="{name}", owner__email="{name}@example.org")
submit(Batch(workspace=workspace, author=workspace.owner, prompt="a red house",
             model=ImageModel.objects.get(slug="starter")))
"""


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_comes_while_one_looks_elsewhere_moves_nothing(page, desk, sign_in, size):
    name = f"looker{size}"
    if size == "phone":
        page.set_viewport_size(PHONE)
    sign_in(name)
    desk.run(OLDER.format(name=name, state="cancelled", count=45))
    page.reload()
    cards = page.locator("batch-card")
    expect(cards).to_have_count(FIRST)
    # Older ones come by the page as one goes down.
    go_down(page, 45)
    expect(page.locator("feed-more")).to_have_count(0)
    seen = page.locator("batch-card", has_text="an older boat 20")
    seen.scroll_into_view_if_needed()
    top = seen.bounding_box()["y"]
    pill = page.locator("[data-do=to-newest]")
    expect(pill).to_be_hidden()
    desk.run(ONE_MORE.format(name=name))
    expect(pill).to_have_text("1 new picture", timeout=PATIENCE)
    assert abs(seen.bounding_box()["y"] - top) < 2
    pill.click()
    expect(cards.first).to_be_in_viewport()
    expect(cards.first).to_contain_text("a red house")
    expect(pill).to_be_hidden()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_back_from_a_pictures_page_leads_to_where_one_was(page, desk, sign_in, size):
    name = f"returning{size}"
    if size == "phone":
        page.set_viewport_size(PHONE)
    sign_in(name)
    desk.run(OLDER.format(name=name, state="cancelled", count=60))
    page.reload()
    cards = page.locator("batch-card")
    go_down(page, 60)
    seen = page.locator("batch-card", has_text="an older boat 12")
    seen.scroll_into_view_if_needed()
    top = seen.bounding_box()["y"]
    page.goto(f"{desk.url}/gallery/")
    page.go_back()
    # It is on a later page of the feed.
    expect(seen).to_be_in_viewport()
    page.wait_for_function(
        "([id, top]) => Math.abs(document.getElementById(id).getBoundingClientRect().y - top) < 2",
        arg=[seen.get_attribute("id"), top],
    )
    # Anew by a link one begins at the top.
    page.goto(f"{desk.url}/w/{name}/")
    expect(cards.first).to_be_in_viewport()
    expect(cards).to_have_count(FIRST)


LAID_OUT = """[...document.querySelectorAll("batch-card > *")]
  .filter((inside) => inside.checkVisibility({ contentVisibilityAuto: true })).length"""


def test_of_five_hundred_cards_only_those_near_are_laid_out(page, desk, sign_in):
    sign_in("hoarder")
    desk.run(OLDER.format(name="hoarder", state="cancelled", count=500))
    page.reload()
    cards = page.locator("batch-card")
    expect(cards).to_have_count(FIRST)
    go_down(page, 500)
    for number in (0, 250, 499):
        page.locator(
            "batch-card", has_text=f"an older boat {number}"
        ).last.scroll_into_view_if_needed()
        page.wait_for_function(f"() => {LAID_OUT} < 40")
        expect(
            page.locator("batch-card", has_text=re.compile(rf"boat {number}\b"))
        ).to_be_in_viewport()


DROP = """([bytes, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  const at = document.getElementById("generate");
  for (const type of ["dragenter", "dragover", "drop"])
    at.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""
PASTE = """([bytes, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  const how = { bubbles: true, cancelable: true, clipboardData: data };
  const paste = new ClipboardEvent("paste", how);
  document.getElementById("prompt").dispatchEvent(paste);
}"""


def bytes_of(colour, mode="RGB"):
    file = io.BytesIO()
    Image.new(mode, (192, 128), colour).save(file, "PNG")
    return list(file.getvalue())


def test_a_dropped_or_pasted_picture_is_asked_about(page, sign_in):
    sign_in("giver")
    page.locator("prompt-form:defined").wait_for()
    source = page.get_by_role("group", name="Picture to work from")
    asked = page.get_by_role("dialog", name="What to do with this picture?")
    page.evaluate(DROP, [bytes_of("navy"), "sea.png"])
    # What the model can do, and nothing that there is nothing of.
    expect(asked.get_by_role("button", name="Start from it")).to_be_focused()
    expect(asked.get_by_role("button", name="Use its settings")).to_be_hidden()
    expect(asked.get_by_role("button", name="Use it as the mask")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    page.evaluate(PASTE, [bytes_of("navy"), "sea.png"])
    asked.get_by_role("button", name="Repaint a part of it").click()
    expect(page.get_by_label("What to do with the picture")).to_have_value("inpaint")
    expect(page.locator("#why-not")).to_contain_text("Paint what is to be drawn anew")
    # The next one may be the mask for it.
    page.evaluate(DROP, [bytes_of(255, "L"), "mask.png"])
    asked.get_by_role("button", name="Use it as the mask").click()
    expect(page.get_by_role("button", name="Change the mask")).to_be_visible()
    expect(source).to_contain_text("192 \u00d7 128")
    names = [name for name, _ in page.evaluate(FORM)]
    assert {"source", "mask"} <= set(names)
