"""Photographs the studio for the public page and the README: `python -m tools.landing_pictures`

Starts a site of its own with somebody who has topics full of pictures, asks for four more, and
keeps what the screen shows while they are drawn: `static/screens/studio-*.webp` and
`docs/pictures/studio.png`. Run it again after the studio's frame has changed.
"""

import io
import tempfile
from pathlib import Path
from typing import Any

import PIL.Image

from tools.looked_at import READY
from tools.screens import SIZES, THEMES, browser, sign_in

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "static" / "screens"
README = ROOT / "docs" / "pictures" / "studio.png"

# Of each topic its name, then prompts with their seeds and how many, oldest first; chosen by eye.
TOPICS = (
    ("Houses", (("a red house under a full moon, night, watercolour", 10, 2),)),
    ("Winter", (("a green tree on snow in front of mountains, watercolour", 2, 2),)),
    ("Balloons", (("a red balloon at sunset, field, flat", 5, 2),)),
    ("Castles", (("a pink castle on the sea, day, sun, watercolour", 8, 2),)),
    (
        "Lighthouses",
        (
            ("a white lighthouse by the sea, overcast, watercolour", 5, 4),
            ("a red lighthouse by the sea at sunset, watercolour", 6, 4),
        ),
    ),
)
NEXT = "a red lighthouse by the sea at sunset, watercolour"

FILL = """
from accounts.models import User
from billing.models import Account, Plan
from generation.models import Batch, ImageModel
from generation.submit import submit
from workspaces.models import Topic, Workspace
user = User.objects.get(username="mara")
account = Account.objects.of(user)
account.plan = Plan.objects.exclude(daily_units=None).order_by("daily_units").last()
account.save()
workspace = Workspace.objects.get(owner=user)
model = ImageModel.objects.get(slug="starter")
for name, prompts in {topics}:
    # The first one is there already.
    topic = Topic.objects.filter(workspace=workspace, name="").first() or Topic(workspace=workspace)
    topic.name = name
    topic.save()
    for prompt, seed, count in prompts:
        submit(Batch(workspace=workspace, topic=topic, author=user, model=model, prompt=prompt,
                     seed=seed, count=count))
"""


def main() -> None:
    from pixazo.tests.desk import Desk

    with tempfile.TemporaryDirectory() as data, Desk(data) as desk:  # type: ignore[no-untyped-call]
        desk.run(READY)
        desk.run(FILL.format(topics=TOPICS))
        browser(lambda chromium: _photograph(chromium, desk))


def _photograph(chromium: Any, desk: Any) -> None:
    for size, (width, height) in SIZES.items():
        scale = 1 if size == "desk" else 2
        context = chromium.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale
        )
        page = context.new_page()
        sign_in(page, desk.url)
        page.goto(f"{desk.url}/image-playground/")
        row = page.locator("a[data-topic]", has_text="Lighthouses").first
        row.wait_for(state="attached")
        page.goto(f"{desk.url}{row.get_attribute('href')}")
        drawn = page.locator("job-tile[state=succeeded]")
        drawn.nth(7).wait_for(timeout=300_000)
        before = drawn.count()
        page.locator("prompt-form:defined").wait_for()
        page.evaluate("document.querySelector('#count-4').click()")  # on a phone it is in a sheet
        page.evaluate("document.querySelector('first-hint')?.remove()")
        page.get_by_label("Prompt", exact=True).fill(NEXT)
        page.get_by_label("Prompt", exact=True).press("Control+Enter")
        page.locator("job-tile.is-preview").first.wait_for(timeout=60_000)
        for theme in THEMES:
            page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
            page.wait_for_timeout(400)  # colours fade over
            _keep(page.screenshot(), f"studio{'' if size == 'desk' else '-phone'}-{theme}")
        drawn.nth(before + 3).wait_for(timeout=120_000)
        context.close()


def _keep(shot: bytes, name: str) -> None:
    picture = PIL.Image.open(io.BytesIO(shot)).convert("RGB")
    picture.save(SCREENS / f"{name}.webp", quality=85, method=6)
    if name == "studio-dark":
        picture.quantize(256).save(README, optimize=True)
    print(name)


if __name__ == "__main__":
    main()
