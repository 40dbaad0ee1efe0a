"""Tells the ledger which picture units were taken for."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.urls import reverse

from billing.things import Thing, tell_by
from generation.models import Image, Job
from workspaces.models import Workspace

LONGEST = 200  # characters of a prompt


@tell_by
def pictures(user: Any, jobs: Collection[UUID]) -> dict[UUID, Thing]:
    """Where the person still works and what is not in the trash; two queries, whatever there is."""
    mine = Workspace.objects.visible_to(user)
    rows = Job.objects.filter(pk__in=jobs, author_id=user.pk, batch__deleted=None)
    known = rows.filter(batch__workspace__in=mine).values_list("pk", "batch__prompt")
    made = Image.objects.visible().filter(job__in=jobs, workspace__in=mine)
    images = {image.job_id: image for image in made.select_related("workspace")}
    return {pk: _thing(prompt[:LONGEST], images.get(pk)) for pk, prompt in known}


def _thing(prompt: str, image: Image | None) -> Thing:
    if image is None:
        return Thing(prompt)
    link = reverse("image", args=[image.workspace.slug, image.pk])
    return Thing(prompt, link, image.small_url, image.pk)
