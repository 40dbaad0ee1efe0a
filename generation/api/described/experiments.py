"""Grids and lists of pictures within a budget."""

from generation.api import around, experiments
from generation.api.described.orders import ORDER, REFUSED
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    PAGED,
    Schema,
    choice,
    flag,
    free,
    ident,
    listed,
    maybe,
    moment,
    number,
    page_of,
    sent,
    text,
    thing,
    url,
    whole,
)

LIMITS: dict[str, Schema] = {
    "ceiling": maybe(number("Units that it may take.")),
    "stop_after": maybe(whole("So many failures stop it.")),
    "pause_after": maybe(whole("It pauses when so many pictures are begun.")),
}
SUMMARY: dict[str, Schema] = {
    "experiment_id": ident(),
    "name": text(),
    "kind": choice("grid", "list"),
    "workspace": text(),
    "state": text(),
    "reason": maybe(text()),
    "message": maybe(text()),
    "pictures": whole(),
    "begun": whole(),
    "underway": whole(),
    "units": number(),
    "created_at": moment(),
    **LIMITS,
}
SHORT = thing("ExperimentShort", **SUMMARY)
AXIS = thing("Axis", name=text(), label=text(), values=listed(text()))
CELL = thing(
    "Cell",
    at=listed(whole(), "Its place on every axis."),
    state=text(),
    message=maybe(text()),
    units=number(),
    seed={},
    job_id=maybe(ident()),
    status_url=maybe(url()),
    image_id=maybe(ident()),
)
EXPERIMENT = thing(
    "Experiment",
    optional="remarks",
    **SUMMARY,
    axes=listed(AXIS),
    cells=listed(CELL),
    remarks=listed(text()),
)
QUOTE = thing(
    "ExperimentQuote",
    dry_run=flag(),
    kind=text(),
    pictures=whole(),
    units=number(),
    expected_seconds=maybe(listed(number())),
    problems=listed(thing("ExperimentProblem", line={}, pictures=whole(), message=text())),
    remarks=listed(text()),
    **LIMITS,
)
# Of an order, what is asked for of a picture each has no place where many are.
ALONE = {*experiments.NOT_HERE, *around.NAMES}
SHARED = {name: schema for name, schema in ORDER["properties"].items() if name not in ALONE}
ASKED = sent(
    "ExperimentSent",
    **SHARED,
    axes=free('Name -> values: `{"steps": "8-12 step 2", "seed": [1, 2]}`.'),
    rows={"anyOf": [text(), listed(text()), listed(free())]},
    name=text(),
    skip_impossible=flag(),
    **LIMITS,
)

OPERATIONS: Operations = {
    experiments.Experiments: {
        "GET": Operation("Yours, newest first", page_of("experiments", SHORT), query=PAGED),
        "POST": Operation(
            "Begin one, or ask what it would take",
            EXPERIMENT,
            202,
            body=ASKED,
            also={200: QUOTE},
            refusals=REFUSED,
        ),
    },
    experiments.One: {
        "GET": Operation("One of them with its cells", EXPERIMENT),
        "DELETE": Operation("Stop it, and into the trash; its pictures stay"),
    },
    experiments.Pause: {"POST": Operation("Hold it", EXPERIMENT, refusals=(409,))},
    experiments.Resume: {
        "POST": Operation(
            "Go on",
            EXPERIMENT,
            body=sent("ExperimentResume", ceiling=LIMITS["ceiling"]),
            needs_body=False,
            refusals=(409,),
        )
    },
    experiments.Stop: {"POST": Operation("End it", EXPERIMENT, refusals=(409,))},
}
