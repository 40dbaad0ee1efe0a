"""The only place that takes an archive in: looked at, judged row by row, and then all or nothing.

Files come first, under keys of their own; then all rows in one transaction. What a process that is
killed leaves behind is files that no row names, which the collector takes away.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from billing.models import Account
from workspaces.archive import reader
from workspaces.archive.arriving import Arrival, Policy
from workspaces.archive.checking import Checked, Source, checked
from workspaces.archive.errors import Refused, TooMuch, changed
from workspaces.archive.registry import Facts, Found, Section, sections
from workspaces.archive.storing import Report, store
from workspaces.models import Topic, Workspace
from workspaces.names import plain_name

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """What of one kind an archive would bring."""

    title: str
    new: int
    same: int
    conflict: int


@dataclass(frozen=True)
class Came:
    """What of one kind came, and what did not, since it was there."""

    title: str
    new: int
    changed: int
    left: int


@dataclass(frozen=True)
class Brought:
    lines: tuple[Came, ...]
    held: int  # pictures that the safety check keeps out
    missing: int


Finish = Callable[[Workspace, Brought], None]


@dataclass(frozen=True)
class Plan:
    name: str  # of the workspace that was exported
    lines: tuple[Line, ...]
    pictures: int
    missing: int
    bytes: int


def plan(source: Source, size: int, workspace: Workspace | None, person: Any) -> Plan:
    """What would come; nothing is written. Raises `Refused`."""
    known = checked(source, size)
    arrival = _judged(source, known, Arrival(workspace, person))
    _look_for_room(known, arrival)
    lines = tuple(Line(*each) for each in _counted(arrival))
    return Plan(known.title, lines, len(known.files), len(known.missing), known.bytes)


def take(
    source: Source,
    size: int,
    workspace: Workspace | None,
    person: Any,
    policy: Policy = Policy.SKIP,
    report: Report = lambda done, total: None,
    finish: Finish = lambda workspace, came: None,
) -> Workspace:
    """Take it in, into this workspace or into a new one; the workspace. `finish` is called in the
    transaction, with what has come. Raises `UserError`, and then nothing of it is left."""
    known = checked(source, size)
    folder = workspace or Workspace(owner=person, name=known.title, slug="archive")
    before = _judged(source, known, Arrival(workspace, person, policy))
    _look_for_room(known, before)
    before.workspace = folder
    try:
        store(source, before, report)
        place = _write(source, known, before, workspace, finish)
    except (OperationalError, InterfaceError):
        # Whether it was committed is not known: the collector keeps or removes the files later.
        raise
    except IntegrityError as error:
        _discard_unused(before)
        # Which of the two it was, only this says.
        log.warning("An archive could not be written: %s", error)
        if workspace is None:
            said = _("Rows of this archive can't stand beside one another: it was changed by hand.")
            raise Refused(said) from None
        raise changed() from None
    except BaseException:
        _discard_unused(before)
        raise
    _discard_unused(before)
    return place


def _judged(source: Source, known: Checked, arrival: Arrival) -> Arrival:
    arrival.files, arrival.missing = known.files, known.missing
    for section, rows in _parts(source, arrival):
        for row in rows:
            arrival.count(section, section.judge(row, arrival))
    if unnamed := known.files.keys() - arrival.named:
        raise Refused.because("unnamed", min(unnamed))
    return arrival


def _counted(arrival: Arrival) -> Iterator[tuple[str, int, int, int]]:
    """What each kind is called, how much of it is new, the same, or there and otherwise."""
    for section in sections():
        if counts := arrival.counts.get(section.name):
            new, same, conflict = (counts[each.value] for each in Found)
            yield str(section.title), new, same, conflict


def _came(arrival: Arrival) -> Brought:
    lines = []
    for title, new, same, conflict in _counted(arrival):
        added = conflict if arrival.policy is Policy.COPY else 0
        changed = conflict if arrival.policy is Policy.REPLACE else 0
        lines.append(Came(title, new + added, changed, same + conflict - added - changed))
    return Brought(tuple(lines), len(arrival.held), len(arrival.missing))


def _look_for_room(known: Checked, arrival: Arrival) -> None:
    account = Account.objects.of(arrival.person)
    most = account.storage_bytes
    size = sum(known.sizes[name] for name in arrival.expected)
    if most is None or not size:
        return
    account.check_room()
    if account.stored + size > most:
        said = _(
            "The pictures of this archive take %(size)s; your plan has room for %(room)s more."
        )
        room = filesizeformat(most - account.stored)
        raise TooMuch(said % {"size": filesizeformat(size), "room": room})


def _parts(source: Source, arrival: Arrival) -> Iterator[tuple[Section, Sequence[Facts]]]:
    """The rows, in the order of what refers to what. Those of sections that this site does not have
    are left out, as any part of it that is switched off would be."""
    by_name = {section.name: section for section in sections()}
    digest = sha256()
    rank = 0
    for member in reader.members(source()):
        if member.name.endswith(".png"):
            return  # rows come before all files
        if not member.name.endswith(".json") or member.name == reader.MANIFEST:
            continue
        content = b"".join(member.chunks)
        digest.update(content)
        arrival.digest = digest.hexdigest()
        name, rows = reader.rows_of(content, member.name)
        section = by_name.get(name)
        if section is None:
            continue
        if section.rank < rank:
            raise Refused.because("json", member.name)
        rank = section.rank
        yield section, rows


def _write(
    source: Source,
    known: Checked,
    before: Arrival,
    workspace: Workspace | None,
    finish: Finish,
) -> Workspace:
    """`before.used`: the files that rows name, from the commit on, whatever fails after it."""
    with transaction.atomic():
        # Before all that others do after the commit, which may fail.
        used: set[str] = set()
        transaction.on_commit(lambda: before.used.update(used))
        _look_for_person(before.person)
        person = before.person
        place = _locked(workspace, person) if workspace else _made(known, person)
        is_new = workspace is None
        first = place.topics.get() if is_new else None
        arrival = Arrival(place, before.person, before.policy, is_new=is_new, used=used)
        arrival.files, arrival.missing = known.files, known.missing
        arrival.stored, arrival.held, arrival.is_settled = before.stored, before.held, True
        for section, rows in _parts(source, arrival):
            section.bring(rows, arrival)
        if arrival.digest != before.digest:
            raise changed()
        if first is not None:
            _forget(first, place)
        finish(place, _came(before))
    before.used |= used
    return place


def _locked(workspace: Workspace, person: Any) -> Workspace:
    rows = Workspace.objects.living().select_for_update(of=("self",)).select_related("owner")
    found = rows.filter(pk=workspace.pk).first()
    if found is None:
        raise Refused(_("This workspace was deleted meanwhile."), code="changed", status=409)
    if found.owner_id != person.pk:
        said = _("This workspace has another owner by now: only they take an archive into it.")
        raise Refused(said, code="changed", status=409)
    return found


def _look_for_person(person: Any) -> None:
    """Of an account that was switched off nothing more is done."""
    if not type(person).objects.filter(pk=person.pk, is_active=True).exists():
        raise Refused(_("This account was switched off meanwhile."), code="changed", status=409)


def _made(known: Checked, person: Any) -> Workspace:
    name, number = plain_name(known.title)[:90] or "Workspace", 1
    mine = {each.casefold() for each in person.workspaces.living().values_list("name", flat=True)}
    free = name
    while free.casefold() in mine:
        number += 1
        free = f"{name} ({number})"
    try:
        place = Workspace.found(person, free, known.description)
    except ValidationError as error:
        raise Refused(error.messages[0]) from None
    # One that nobody has here is as one that answers no more: the first that does is asked.
    if model := plain_name(known.chat_model):
        place.chat_model = model
        place.save(update_fields=["chat_model"])
    return place


def _forget(first: Topic, place: Workspace) -> None:
    """A workspace begins with a topic; one that was brought along has its own."""
    if place.topics.count() > 1 and not first.batches.exists():
        first.delete()


def _discard_unused(arrival: Arrival) -> None:
    """What no row names: all of it, unless the rows are there."""
    for key in arrival.keys:
        if key in arrival.used:
            continue
        with suppress(OSError):  # the collector will
            default_storage.delete(key)
