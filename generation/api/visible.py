"""What a person may see of jobs and images: those of their workspaces, without the trash."""

from django.db.models import QuerySet

from accounts.models import User
from generation.models import Image, Job
from workspaces.models import Workspace


def jobs(user: User) -> QuerySet[Job]:
    workspaces = Workspace.objects.visible_to(user)
    return Job.objects.filter(batch__workspace__in=workspaces, batch__deleted=None)


def images(user: User) -> QuerySet[Image]:
    return Image.objects.visible().filter(workspace__in=Workspace.objects.visible_to(user))
