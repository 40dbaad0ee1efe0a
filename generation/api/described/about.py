"""The site, its models, files that are looked at."""

from generation.api.check import Check
from generation.api.health import Health
from generation.api.models import Models
from generation.api.read import Read
from generation.api.root import Root
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    choice,
    flag,
    free,
    listed,
    maybe,
    number,
    sent,
    text,
    thing,
    url,
)

ROOT = thing(
    "About",
    name=text(),
    version=text(),
    links={"type": "object", "additionalProperties": text(), "description": "By their names."},
)
PART = thing("Part", optional="error", ok=flag(), error=text())
HEALTH = thing(
    "Health",
    status=choice("ok", "degraded", "down"),
    degraded=listed(text(), "What does not work."),
    version=text(),
    database=free(),
    broker=free(),
    storage=free(),
    workers=maybe(free()),
    queue=maybe(free()),
)
LORA = thing(
    "Lora",
    id=text(),
    name=text(),
    description=text(),
    weight=number(),
    trigger_words=text(),
)
MODEL = thing(
    "Model",
    "One that can be picked, with all that a form needs.",
    optional="schema",
    id=text("Its slug."),
    name=text(),
    description=text(),
    provider=text(),
    family=maybe(text()),
    units=number("What one picture takes."),
    available=flag(),
    step_config=free("`fixed_steps`, or `steps` with `min`, `max` and `default`."),
    modes=listed(text()),
    parameters=free("For each number default, min, max and step, or what it is fixed to."),
    schema=free("With `?schema=1`: an order as JSON Schema."),
)
MODELS = thing("Models", models=listed(MODEL))
FILE = sent("PictureFile", needs="file", file=text(format="binary"))
READ = thing(
    "MadeWith",
    source=text("The program that made it."),
    settings=free("Under the names that an order has."),
    model=maybe(text("As the file has it.")),
    unknown=free(),
)
CHECKED = thing(
    "Checked",
    made_here=flag(),
    made_on=maybe(text(format="date")),
    model=maybe(text()),
    match=maybe(text("`file`, `rendition` or `pixels`.")),
    content_credentials=maybe(
        thing("Credentials", optional="signer", state=text(), signer=maybe(text()))
    ),
    digital_source_type=maybe(url()),
)

OPERATIONS: Operations = {
    Root: {"GET": Operation("Version and links", ROOT)},
    Health: {"GET": Operation("What works", HEALTH, also={503: HEALTH})},
    Models: {
        "GET": Operation("What can be picked", MODELS, query={"schema": choice("0", "1")}),
    },
    Read: {
        "POST": Operation("How a file says that it was made", READ, form=FILE, refusals=(422,)),
    },
    Check: {
        "POST": Operation(
            "Whether a picture was made here", CHECKED, form=FILE, refusals=(422, 429)
        ),
    },
}
