"""What follows when rows are deleted from outside the engine: units go back, files go after rows.

A worker that draws for a deleted job finds no row at its next step, and stops.
"""

from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from billing.models import Hold
from generation import meter, pictures
from generation.models import Experiment, Image, Job, PictureComment, ShareLink
from workspaces.comments import leaving
from workspaces.models import Workspace
from workspaces.signals import member_gone, workspace_closing, workspace_going

leaving.watch(PictureComment)


@receiver(pre_delete, sender=Job)
def release_units(instance: Job, **kwargs: Any) -> None:
    """A job may go with its batch, its workspace or its author."""
    for hold in Hold.objects.filter(reference=instance.pk, state=Hold.State.HELD):
        hold.release("deleted")


@receiver(workspace_closing)
def end_work(workspace: Workspace, **kwargs: Any) -> None:
    """Before the deletion's own transaction: it and a worker that just finishes a picture would
    take their locks in opposite orders, and PostgreSQL would end one of them."""
    # First of all: a picture that ends makes room for its experiment's next.
    for experiment in Experiment.objects.live().filter(workspace=workspace):
        experiment.stop()
    for job in Job.objects.unfinished().filter(batch__workspace=workspace):
        job.cancel()


@receiver(member_gone)
def end_their_work(workspace: Workspace, user: Any, **kwargs: Any) -> None:
    """What they have not begun yet is not drawn, and their links show nothing. Pictures stay."""
    # Whatever becomes of the rest, nobody else sees anything by them.
    for link in ShareLink.objects.living().filter(image__workspace=workspace, author=user):
        link.revoke()
    for experiment in Experiment.objects.live().filter(workspace=workspace, author=user):
        experiment.stop()
    for job in Job.objects.unfinished().filter(batch__workspace=workspace, author_id=user.pk):
        job.cancel()


@receiver(workspace_going)
def remove_files(workspace: Workspace, **kwargs: Any) -> None:
    images, uploads = Image.objects.filter(workspace=workspace), workspace.uploads.all()
    meter.forget(images)
    meter.forget(uploads)
    keys = [key for image in images for key in image.keys]
    keys += [key for upload in uploads for key in upload.keys]
    transaction.on_commit(lambda: pictures.remove(keys), robust=True)
