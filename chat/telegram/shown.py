"""What a message says of a request: where it stands, what came of it; and its pictures."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image as Pillow

from billing.units import plain
from chat.assistant.shown import TEXTS, Shown, shown
from chat.models import Message, TelegramLink, TelegramWatch
from chat.telegram import links, offered, saying
from chat.telegram.formatted import Formatted, formatted
from chat.telegram.presses.of_images import buttons
from chat.telegram.saying import Button, Marks, Rows
from generation.estimate import tell
from generation.gallery.rooms import Rooms
from generation.models import Image, Job
from generation.serving import file_name, read
from pixazo.texts.kept import shown as in_their_language

WORDS = 200
# Of a photo: else it is sent smaller, or as a file.
MOST_BYTES, MOST_SIDES, MOST_LENGTH = 10 * 1000 * 1000, 10_000, 20
CANCEL, HUSH = "stop", "hush"
TAIL = 3800  # characters of a long answer, while it is written


@dataclass(frozen=True)
class Seen:
    text: str
    rows: Rows = ()
    images: Sequence[Image] = field(default_factory=list)
    marks: Marks = ()  # of the text
    more: Sequence[Formatted] = field(default_factory=list)  # further messages, at its end
    has_ended: bool = False
    is_waiting: bool = False  # nothing of it has begun


def of(watch: TelegramWatch) -> Seen | None:
    """None where what it watched is gone."""
    if watch.answer is not None:
        return _of_answer(watch.answer, watch.link)
    if watch.batch is None:
        return None
    jobs = list(watch.batch.jobs.select_related("batch__workspace", "model").order_by("index"))
    rooms = Rooms.of(watch.link.user)
    images = list(
        rooms.pictures()
        .filter(job__in=[job.pk for job in jobs])
        .select_related("job__batch__model")
        .order_by("job__index")
    )
    rooms.put_on(images)
    has_ended = all(job.is_finished for job in jobs)
    words = Truncator(" ".join(watch.batch.prompt.split())).chars(WORDS)
    lines = [f"“{words}”" if words else "", *map(in_their_language, watch.batch.corrections)]
    lines.append(_outcome(jobs) if has_ended else _progress(jobs))
    address = links.to(watch.batch)
    rows = links.open_rows(address)
    if not has_ended:
        rows = [[Button(_("Cancel"), f"{CANCEL}:{watch.batch.pk.hex}")], *rows]
    elif not links.has_address():
        lines.append(address)
    text = "\n".join(filter(None, lines))
    is_waiting = all(job.state == Job.State.QUEUED for job in jobs)
    return Seen(text, rows, images, has_ended=has_ended, is_waiting=is_waiting)


def _of_answer(message: Message, link: TelegramLink) -> Seen:
    """As far as it is written; the end of it where that is more than one message holds."""
    if message.is_answering:
        text = message.content or _("Thinking …")
        if len(text) > saying.LONGEST:
            text = f"… {text[-TAIL:]}"
        return Seen(text, [[Button(_("Stop"), f"{HUSH}:{message.pk.hex}")]])
    ended = [message.content, in_their_language(message.problem)]
    if message.state == Message.State.CUT and not message.problem:
        ended.append(str(message.get_state_display()))
    proposal = shown(message.proposal)
    ended += _proposed(proposal)
    first, *more = formatted("\n\n".join(filter(None, ended))).parts()
    prompt = next((each.after for each in proposal.parts if each.name == "prompt"), "")
    rows = offered.rows(link, prompt) if prompt else ()
    return Seen(first.text, rows, marks=first.marks, more=more, has_ended=True)


def _proposed(proposal: Shown) -> Iterator[str]:
    """What the site shows as a card, in Markdown: each part with why, what was not possible, what
    was done."""
    for part in proposal.parts:
        why = f"\n{part.reason}" if part.reason else ""
        if part.name in TEXTS:
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", part.after)), 0)
            yield f"**{part.label}**{why}\n\n{fence}\n{part.after}\n{fence}"
        else:
            yield f"**{part.label}**: {part.after}{why}"
    yield from (*proposal.notes, *proposal.calls)


def send(watch: TelegramWatch, image: Image) -> None:
    """As a photo, with what it was made with; as a file where Telegram takes it for none."""
    chat = watch.link.telegram_id
    if max(image.width, image.height) > MOST_LENGTH * min(image.width, image.height):
        hand(chat, image)
        return
    content, name = _photo(image)
    saying.show(chat, content, name, caption(image), buttons(image))


def hand(chat: int, image: Image) -> None:
    """The original, as it is."""
    name = file_name(image, image.original)
    saying.hand(chat, read(image.original), name, caption(image))


def caption(image: Image) -> str:
    job = image.job
    facts = [
        _("Seed %(seed)s") % {"seed": job.seed},
        image.model_name,
        ngettext("%(units)s unit", "%(units)s units", int(job.units)) % {"units": plain(job.units)},
    ]
    text = " · ".join(facts)
    return text if links.has_address() else f"{text}\n{links.to(image)}"


def _photo(image: Image) -> tuple[bytes, str]:
    if image.bytes <= MOST_BYTES and image.width + image.height <= MOST_SIDES:
        return read(image.original), file_name(image, image.original)
    # Its rendition is small enough, in a format that Telegram takes as a photo.
    file = BytesIO()
    with Pillow.open(BytesIO(read(image.medium)), formats=("WEBP",)) as smaller:
        smaller.convert("RGB").save(file, "JPEG", quality=92)
    return file.getvalue(), file_name(image, image.medium).replace(".webp", ".jpg")


def _progress(jobs: Sequence[Job]) -> str:
    told = tell(jobs)
    done = sum(job.is_finished for job in jobs)
    current = next((job for job in jobs if job.is_active), None) or next(
        job for job in jobs if not job.is_finished
    )
    state = str(current.get_state_display())
    if current.state == Job.State.RUNNING and current.steps:
        state = _("%(state)s: step %(step)s of %(steps)s") % {
            "state": state,
            "step": current.step,
            "steps": current.steps,
        }
    known = told.get(current.pk)
    if known and known.is_paused:
        state = _("Your queue is paused")
    elif known and known.place:
        state = _("%(state)s, place %(place)s") % {"state": state, "place": known.place}
    if known and known.wait:
        wait = _("%(from)s to %(to)s s") % {"from": known.wait[0], "to": known.wait[1]}
        state = f"{state} · {wait}"
    if len(jobs) > 1:
        state = _("%(done)s of %(count)s done") % {"done": done, "count": len(jobs)} + f" · {state}"
    return state


def _outcome(jobs: Sequence[Job]) -> str:
    ended = Counter(Job.State(job.state) for job in jobs)
    if ended.keys() == {Job.State.SUCCEEDED}:
        return _("Done")
    lines = [
        f"{state.label}: {count}" if len(jobs) > 1 else str(state.label)
        for state, count in ended.items()
    ]
    reasons = {in_their_language(job.error) for job in jobs if job.error}
    return "\n".join([*lines, *sorted(reasons)])
