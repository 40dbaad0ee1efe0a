"""Orders, what became of them, and the queue."""

from generation.api import batches
from generation.api.generate import Generate
from generation.api.queue import CancelAll, First, Pause, Queue, Resume
from generation.api.spellings import MARGINS
from generation.api.status import Cancel, Status
from generation.api.uploads import UploadFile, Uploads
from generation.api.verify import Verify
from generation.contract import MAX_COUNT, MAX_SEED, PROMPT_LENGTH
from generation.models import Batch
from generation.models.states import JOB_WORDS
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    CURSOR,
    LIMIT,
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

PICTURE = "image:<id>, upload:<id>, an http(s) address, or a data: URL"
STATUS = choice(*sorted(set(JOB_WORDS.values())))
STATE = choice(*(str(state) for state in JOB_WORDS))
MODE = choice(*Batch.Mode.values)
TIME_CLASS = choice(*Batch.TimeClass.values)
ORDER = sent(
    "Order",
    "What is left out gets its default from the model; `null` is the same as left out. What each"
    " model takes is said by the schemas `Order_…`.",
    model=maybe(text("Slug or id; without it the first that works.")),
    prompt=maybe(text(maxLength=PROMPT_LENGTH)),
    negative_prompt=maybe(text(maxLength=PROMPT_LENGTH)),
    mode=maybe(MODE),
    width=maybe(whole("Pixels.")),
    height=maybe(whole("Pixels.")),
    num_inference_steps=maybe(whole()),
    guidance_scale=maybe(number()),
    scheduler=maybe(text()),
    loras=maybe(listed({"anyOf": [text("ink:0.8"), free('{"lora": "ink", "weight": 0.8}')]})),
    source=maybe(text(PICTURE)),
    mask=maybe(text(PICTURE)),
    references=maybe(listed(text(PICTURE))),
    strength=maybe(number()),
    variation=maybe(choice("subtle", "strong")),
    **{side: maybe(whole("Pixels that the picture grows by.")) for side in MARGINS},
    scale=maybe(number("How many times as wide.")),
    seed=maybe(whole(minimum=0, maximum=MAX_SEED)),
    count=maybe(whole(minimum=1, maximum=MAX_COUNT)),
    time_class=maybe(TIME_CLASS),
    workspace=maybe(text("A slug; without it where you worked last.")),
    topic=maybe(text("An id; without it the workspace's oldest.")),
    theme=maybe(text("Of a theme an id or name: its words go before the prompt.")),
    style=maybe(
        text("Of a style an id or name: its words go around the prompt, its settings fill in.")
    ),
    expand=maybe(flag("Read choices, lists and weights in the prompt as the studio does.")),
    expected=maybe(whole("How many prompts that makes, where it is more than four.")),
    dry_run=maybe(flag("Say the price and the corrections, order nothing.")),
)
SETTINGS = free("Under the names that an order has.")
CORRECTIONS = listed(text(), "What was corrected, in sentences.")
ORDERED = thing(
    "Ordered",
    job_id=ident("The first."),
    job_ids=listed(ident()),
    batch_id=ident("The first."),
    batch_ids=listed(ident(), "Several, where the prompt means several."),
    status=STATUS,
    status_url=url(),
    status_urls=listed(url()),
    model=text(),
    workspace=text(),
    mode=MODE,
    seed=whole(),
    seeds=listed(whole()),
    units=number(),
    corrections=CORRECTIONS,
)
QUOTE = thing(
    "Quote",
    dry_run=flag(),
    units=number("Of all pictures."),
    prices=listed(number()),
    units_left=maybe(number("null: your plan has no daily cap.")),
    count=whole(),
    prompts=listed(text(), "Those that would be drawn."),
    model=text(),
    workspace=text(),
    settings=SETTINGS,
    corrections=CORRECTIONS,
)
VERDICT = maybe(free("Of a verification: `verdict`, `sentence`, `difference`, `changed`."))
JOB = thing(
    "Job",
    "One picture on its way.",
    job_id=ident(),
    batch_id=ident(),
    status=STATUS,
    state=STATE,
    progress=thing("Progress", step=whole(), steps=whole(), percent=whole()),
    position=maybe(whole("In the queue; 1 is next.")),
    position_reason=maybe(text("Why it is worse than it was.")),
    expected_seconds=maybe(listed(number(), "From and to.")),
    paused=flag(),
    image_id=maybe(ident()),
    image_url=maybe(url()),
    recipe_hash=maybe(text()),
    verdict=VERDICT,
    error=maybe(thing("JobError", code=text(), message=text())),
    model=text(),
    prompt=text(),
    mode=MODE,
    settings=SETTINGS,
    corrections=CORRECTIONS,
    units=number(),
    created_at=moment(),
    started_at=maybe(moment()),
    completed_at=maybe(moment()),
    status_url=url(),
)
JOB_OF_BATCH = thing(
    "JobOfBatch",
    job_id=ident(),
    status=STATUS,
    state=STATE,
    seed=whole(),
    image_id=maybe(ident()),
    image_url=maybe(url()),
    status_url=url(),
)
BATCH = thing(
    "Batch",
    "A request with all its pictures.",
    batch_id=ident(),
    workspace=text(),
    topic=ident(),
    author=text(),
    model=text(),
    prompt=text(),
    template=maybe(free("What was written and chosen, where that is not the prompt itself.")),
    mode=MODE,
    settings=SETTINGS,
    corrections=CORRECTIONS,
    created_at=moment(),
    jobs=listed(JOB_OF_BATCH),
)
COUNTS = thing("QueueCounts", waiting=whole(), running=whole())
OWN = {"paused": flag(), "own": COUNTS, "jobs": listed(JOB, "Yours, in their order, up to 100.")}
OWN_QUEUE = thing("OwnQueue", **OWN)
CLEARED = thing("QueueCleared", cancelled=whole("Pictures."), **OWN)
CLEAR = sent("ClearQueue", running=flag("true: also what is being drawn."))
QUEUE = thing(
    "Queue",
    "Your own in full, all people's as counts.",
    optional="report",
    waiting=whole(),
    running=whole(),
    eta_accuracy=maybe(thing("Accuracy", share=number(), pictures=whole())),
    report=listed(free(), "For staff: each lane and time class."),
    **OWN,
)
UPLOAD = thing(
    "Upload",
    id=ident(),
    name=text("As an order names it."),
    workspace=text(),
    url=url(),
    small_url=url(),
    width=whole(),
    height=whole(),
)
ORIGIN = choice("mask")
FROM_URL = sent(
    "UploadFromAddress", needs="url", url=text("Also data:"), workspace=text(), origin=ORIGIN
)
FROM_FILE = sent(
    "UploadFile", needs="file", file=text(format="binary"), workspace=text(), origin=ORIGIN
)
REFUSED = (402, 404, 409, 422, 429)

OPERATIONS: Operations = {
    Generate: {
        "POST": Operation(
            "Order pictures, or ask what they would cost",
            ORDERED,
            202,
            body=ORDER,
            form=ORDER,
            also={200: QUOTE},
            refusals=REFUSED,
        )
    },
    Status: {"GET": Operation("One picture on its way", JOB)},
    Cancel: {"POST": Operation("Stop it", JOB)},
    Verify: {
        "POST": Operation("Draw a picture again and compare", JOB, 202, refusals=REFUSED),
    },
    Uploads: {
        "POST": Operation(
            "Bring a picture to work from",
            UPLOAD,
            201,
            body=FROM_URL,
            form=FROM_FILE,
            refusals=(404, 409, 422, 429),
        )
    },
    UploadFile: {
        "GET": Operation(
            "That picture", files=("image/png", "image/webp"), query={"size": choice("small")}
        )
    },
    batches.Batches: {
        "GET": Operation(
            "Requests, newest first",
            page_of("batches", BATCH),
            query={"workspace": text(), "topic": ident(), "limit": LIMIT, "cursor": CURSOR},
            refusals=(404,),
        )
    },
    batches.OneBatch: {
        "GET": Operation("A request with all its pictures", BATCH),
        "DELETE": Operation("Into the trash, for 30 days"),
    },
    batches.Cancel: {"POST": Operation("Stop what is not finished of it", BATCH)},
    batches.Retry: {
        "POST": Operation("What failed, once more", BATCH, refusals=(402, 409, 422, 429))
    },
    batches.Restore: {"POST": Operation("Back from the trash", BATCH)},
    batches.RetryJob: {
        "POST": Operation("One picture once more", JOB, refusals=(402, 409, 422, 429)),
    },
    Queue: {"GET": Operation("The queue", QUEUE)},
    CancelAll: {
        "POST": Operation(
            "Cancel all of yours that wait; experiments pause",
            CLEARED,
            body=CLEAR,
            needs_body=False,
        )
    },
    Pause: {"POST": Operation("Let your jobs rest", OWN_QUEUE)},
    Resume: {"POST": Operation("Go on", OWN_QUEUE)},
    First: {"POST": Operation("To the front of your own jobs", OWN_QUEUE, refusals=(409,))},
}
