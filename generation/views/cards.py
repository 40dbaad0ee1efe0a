"""What the feed's cards show, read in a fixed number of queries however many cards there are."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from billing.units import Units, plain
from generation import labels
from generation.models import Batch, Input, Job
from generation.views import card_rows, found, shown, tiles
from generation.views.card_rows import NEWEST, PAGE, PICTURES
from generation.views.tiles import Tile
from pixazo.texts import kept
from pixazo.texts.numbers import written
from workspaces.access import WorkspaceRequest
from workspaces.models import Topic

# What "Reuse settings" restores: everything but the seed, which has its own button (S356).
REUSED = (
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "count",
    "num_inference_steps",
    "guidance_scale",
    "mode",
    "strength",
    "scale",
    "scheduler",
    "loras",
    "time_class",
)


@dataclass(frozen=True)
class Card:
    batch: Batch
    tiles: list[Tile]
    may_change: bool
    is_mine: bool
    may_keep: bool = False  # its prompt, among the workspace's

    @property
    def may_stop(self) -> bool:
        """Also where they may change nothing by now."""
        return self.may_change or self.is_mine

    @cached_property
    def units_held(self) -> Units:
        return self._units(job for job in self._jobs if not job.is_finished)

    @cached_property
    def units_used(self) -> Units:
        return self._units(job for job in self._jobs if job.state == Job.State.SUCCEEDED)

    @cached_property
    def units_returned(self) -> Units:
        return plain(self._units(self._jobs) - self.units_held - self.units_used)

    @cached_property
    def failed(self) -> list[Job]:
        """Those that can be asked for again at once; one alone has its own button."""
        failed = [job for job in self._jobs if job.state == Job.State.FAILED]
        return failed if len(failed) > 1 else []

    @cached_property
    def several(self) -> bool:
        """Whether more than one picture is there, to be fetched together."""
        return sum(job.state == Job.State.SUCCEEDED for job in self._jobs) > 1

    @property
    def units_again(self) -> Units:
        return self._units(self.failed)

    @property
    def asked_by(self) -> str:
        """Of what somebody else asked for."""
        return "" if self.is_mine else self.batch.author.username

    @property
    def experiment(self) -> UUID | None:
        """Of which it is a cell."""
        cell = getattr(self.batch, "cell", None)
        return cell.experiment_id if cell and not cell.experiment.deleted else None

    @property
    def comments(self) -> int:
        """Threads about the request that nobody has settled."""
        return getattr(self.batch, "open_comments", 0)

    @property
    def may(self) -> str:
        """What its menu offers, as that asks for it."""
        given = {
            "several": self.several,
            "compare": self.compared,
            "comments": self.comments,
            "keep": self.may_keep,
            "change": self.may_change,
            "held" if self.units_held else "settled": True,
        }
        return " ".join(word for word, is_given in given.items() if is_given)

    @property
    def compared(self) -> str:
        """The address's query that compares its pictures, from two on."""
        pictures = [tile.image for tile in self.tiles]
        there = [each for each in pictures if each and not each.deleted]
        return urlencode([("of", str(each.pk)) for each in there]) if len(there) > 1 else ""

    @property
    def settings(self) -> str:
        """What "Reuse settings" puts into the form, as JSON with the form's names."""
        batch = self.batch
        known = {name: getattr(batch, name) for name in REUSED} | self._written
        known |= {"model": batch.model.slug, **self.inputs, **(batch.margins or {})}
        return json.dumps(known)

    @property
    def _written(self) -> dict[str, str]:
        """The prompt as it was written, and what was chosen around it."""
        template = self.batch.template or {}
        texts = {name: template[name] for name in ("prompt", "negative_prompt") if name in template}
        chosen = {name: template.get(name, {}).get("id", "") for name in ("theme", "style")}
        return texts | chosen

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """What it works from, as the page's script knows pictures."""
        if not getattr(self.batch, "has_inputs", True):
            return shown.nothing()
        return shown.inputs_of(self.batch, self.batch.workspace)

    @property
    def source(self) -> dict[str, Any] | None:
        """The picture that the card shows beside its words."""
        return self.inputs["source"] or next(iter(self.inputs["references"]), None)

    @property
    def partial(self) -> str:
        """3 of 4, where all have ended and only some are there."""
        done = sum(job.state == Job.State.SUCCEEDED for job in self._jobs)
        if not 0 < done < len(self._jobs) or not all(job.is_finished for job in self._jobs):
            return ""
        return _("%(done)s of %(all)s done") % {"done": done, "all": len(self._jobs)}

    @property
    def details(self) -> list[str]:
        """What of the request is out of the ordinary, in words."""
        batch = self.batch
        template = batch.template or {}
        words = [self.partial] if self.partial else []
        words += [
            kept.shown(template[name]["name"]) for name in ("theme", "style") if name in template
        ]
        words += [] if batch.mode == Batch.Mode.TEXT else [labels.mode(batch.mode)]
        if batch.strength is not None and batch.mode != Batch.Mode.TEXT:
            words.append(_("strength %(strength)s") % {"strength": written(batch.strength)})
        if batch.scale is not None and batch.mode == Batch.Mode.UPSCALE:
            words.append(_("%(scale)s times as wide") % {"scale": written(batch.scale)})
        if batch.scheduler:
            words.append(labels.scheduler(batch.scheduler))
        words += [f"{each['lora']} {written(each['weight'])}" for each in batch.loras]
        if batch.verifies_id:
            words.append(_("verification"))
        if batch.time_class == Batch.TimeClass.WHENEVER:
            words.append(_("whenever"))
        if batch.door and batch.door != Batch.Door.PAGE:
            words.append(_("through %(door)s") % {"door": batch.get_door_display()})
        if "of" in template:
            words.append(
                _("prompt %(number)s of %(all)s")
                % {"number": template["number"], "all": template["of"]}
            )
        return words

    @property
    def _jobs(self) -> list[Job]:
        return [tile.job for tile in self.tiles]

    def _units(self, jobs: Iterable[Job]) -> Units:
        return plain(sum(job.units for job in jobs))


@dataclass(frozen=True)
class Page:
    cards: list[Card]
    older: UUID | None  # where the next page begins: `?before=`


def settings_of(batch: Batch) -> str:
    """As its card has them."""
    return Card(batch, [], may_change=False, is_mine=False).settings


def page(request: WorkspaceRequest, before: UUID | None, topic: Topic | None = None) -> Page:
    """The newest cards, of a topic or of all, or those older than the batch `before`."""
    batches = card_rows.page(request.workspace.pk, topic.pk if topic else None, before)
    most = PAGE if before else first_of([batch.count for batch in batches])
    older = batches[most - 1].pk if len(batches) > most else None
    return Page(_cards(request, batches[:most]), older)


def first_of(counts: Sequence[int]) -> int:
    """How many of the newest requests a page begins with, by how many pictures each is of."""
    so_far = accumulate(counts[:NEWEST], initial=0)
    return sum(pictures < PICTURES for pictures in islice(so_far, len(counts[:NEWEST])))


def card(request: WorkspaceRequest, pk: UUID) -> Card:
    """One card as it is now; 404 where the batch is in the trash."""
    return _cards(request, [get_object_or_404(card_rows.of(request.workspace.pk), pk=pk)])[0]


def some(request: WorkspaceRequest, pks: list[UUID]) -> list[Card]:
    """Those cards, newest first."""
    return _cards(
        request, list(card_rows.of(request.workspace.pk).filter(pk__in=pks).order_by("-id"))
    )


def tile(request: WorkspaceRequest, pk: UUID) -> tuple[Tile, bool]:
    """One tile as it is now, and whether the person may change it."""
    job = get_object_or_404(tiles.rows(request), pk=pk)
    return tiles.tiles(request, [job])[0], found.may_change(request, job.batch)


def tiles_of(request: WorkspaceRequest, pks: list[UUID]) -> list[tuple[Tile, bool]]:
    """Those tiles, each with whether the person may change it."""
    jobs = list(tiles.rows(request).filter(pk__in=pks).order_by("pk"))
    return [
        (tile, found.may_change(request, tile.job.batch)) for tile in tiles.tiles(request, jobs)
    ]


def _cards(request: WorkspaceRequest, batches: list[Batch]) -> list[Card]:
    jobs_of = card_rows.jobs_of(request.workspace, batches)
    with_inputs = [batch for batch in batches if batch.has_inputs]  # type: ignore[attr-defined]
    prefetch_related_objects(with_inputs, Prefetch("inputs", Input.objects.with_pictures()))
    jobs = [job for batch in batches for job in jobs_of[batch.pk]]
    shown_tiles = {tile.job.pk: tile for tile in tiles.tiles(request, jobs)}
    return [
        Card(
            batch,
            [shown_tiles[job.pk] for job in jobs_of[batch.pk]],
            may_change=found.may_change(request, batch),
            is_mine=batch.author_id == request.user.pk,
            may_keep=request.membership.may_generate(),
        )
        for batch in batches
    ]
