"""Fills a site with people who have pictures. Runs inside the site's settings."""

import json

from django.db import connection

from accounts.models import ApiKey, User
from billing.models import Account, Plan
from generation.models import Batch, Image, ImageModel, Job
from generation.submit import submit
from tools.bench.fill import PER_BATCH, add, draw, session
from tools.load.copies import copy
from workspaces.models import Workspace

# So many of each person's newest pictures have files.
WITH_FILES = 24


def gather(people: int, pictures: int) -> None:
    """Print JSON: for each of so many `people` the workspace's slug, the cookie of a session, a
    key, and ids of pictures that have files. `pictures` is how many all of them have together."""
    plan = Plan.objects.unlimited()
    for number in range(people):
        person = User.objects.welcome(f"crowd{number}@example.org")
        account = Account.objects.of(person)
        account.plan = plan
        account.save()
        Workspace.objects.home_of(person)
    have(pictures)
    crowd = []
    for workspace in _homes():
        person = workspace.owner
        newest = list(Image.objects.filter(workspace=workspace).order_by("-id")[:WITH_FILES])
        for image in newest:
            draw(image)
        crowd.append(
            {
                "slug": workspace.slug,
                "cookie": f"sessionid={session(person)}",
                "key": ApiKey.issue(person, "load")[1],
                "images": [str(image.pk) for image in newest],
            }
        )
    print(json.dumps(crowd))


def have(pictures: int) -> None:
    """As many more as it takes for all of them together to have so many."""
    homes = _homes()
    first = Batch.objects.filter(workspace=homes[0]).first()
    if first is None:
        add(homes[0].owner, homes[0], PER_BATCH)
        first = Batch.objects.get(workspace=homes[0])
    there = Batch.objects.filter(workspace__in=homes).count()
    copy(first, homes, -(-pictures // PER_BATCH) - there)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _homes() -> list[Workspace]:
    """Of all these people."""
    theirs = Workspace.objects.filter(owner__email__startswith="crowd").select_related("owner")
    return list(theirs.order_by("id"))


def have_waiting(jobs: int) -> None:
    """Requests of the first person that nobody draws."""
    person = User.objects.get(email="crowd0@example.org")
    workspace = Workspace.objects.home_of(person)
    model = ImageModel.objects.get(slug="starter")
    for number in range(jobs // 4):
        prompt = f"a blue boat, number {number}"
        submit(Batch(workspace=workspace, author=person, model=model, prompt=prompt, count=4))
    print(Job.objects.waiting().count())
