"""What the help desk says of a picture that somebody asks about."""

from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.desk.about import About
from generation.models import Job
from workspaces.models import Workspace

WORDS = 80


def about(user: Any, job: UUID) -> About | None:
    """None where they don't work in its workspace."""
    rows = Job.objects.select_related("batch__workspace").filter(pk=job)
    row = rows.filter(batch__workspace__in=Workspace.objects.visible_to(user)).first()
    if row is None:
        return None
    batch = row.batch
    words = Truncator(" ".join(batch.prompt.split())).chars(WORDS)
    title = _("Picture %(number)s of “%(words)s”") % {"number": row.index + 1, "words": words}
    trouble = f"{row.error} ({row.error_code})" if row.error else ""
    link = f"{batch.workspace.get_absolute_url()}?topic={batch.topic_id}"
    return About(title, link, trouble)
