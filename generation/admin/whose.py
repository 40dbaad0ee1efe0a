"""Whose the engine's rows are, and what these people read they are where staff did something."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.acted_on import Thing
from accounts.staff_acts import whose
from billing import things
from generation.models import (
    Batch,
    Experiment,
    Image,
    Job,
    OwnKey,
    Publication,
    SafetyCase,
    ShareLink,
)
from workspaces.models import Workspace

LONGEST = 200  # characters of a prompt


def _jobs(person: Any, ids: Collection[str]) -> Mapping[str, Thing]:
    found = things.find(person, {UUID(each) for each in ids})
    return {str(pk): Thing(thing.title, thing.link) for pk, thing in found.items()}


def _batches(person: Any, ids: Collection[str]) -> Mapping[str, Thing]:
    mine = Workspace.objects.visible_to(person)
    rows = Batch.objects.filter(pk__in=ids, author=person, deleted=None, workspace__in=mine)
    return {
        str(row.pk): Thing(row.prompt[:LONGEST], row.get_absolute_url())
        for row in rows.select_related("workspace")
    }


def _images(person: Any, ids: Collection[str]) -> Mapping[str, Thing]:
    mine = Workspace.objects.visible_to(person)
    rows = Image.objects.visible().filter(pk__in=ids, workspace__in=mine)
    return {
        str(row.pk): Thing(
            row.job.batch.prompt[:LONGEST], reverse("image", args=[row.workspace.slug, row.pk])
        )
        for row in rows.select_related("workspace", "job__batch")
    }


whose(Batch, lambda batch: batch.author, gettext_noop("A request for pictures"), "", _batches)
whose(Experiment, lambda each: each.author, gettext_noop("An experiment"), "experiments")
whose(Image, lambda image: image.job.batch.author, gettext_noop("A picture"), "", _images)
whose(Job, lambda job: job.batch.author, gettext_noop("A picture"), "", _jobs)
whose(OwnKey, lambda key: key.user, gettext_noop("A key for a service"), "own_keys")
whose(Publication, lambda row: row.author, gettext_noop("A picture that you show"))
whose(
    SafetyCase, lambda case: case.author, gettext_noop("Something that was held back"), "held_back"
)
whose(ShareLink, lambda link: link.author, gettext_noop("A link to a picture"))
