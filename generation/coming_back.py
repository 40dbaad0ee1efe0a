"""What a site that was restored from a backup does not go on with: jobs in the hands of workers of
before. What waited goes on waiting."""

from collections.abc import Iterator

from generation.models import Job, Worker
from pixazo.backup.restoring import register


def come_back() -> Iterator[str]:
    """Units set aside for them are free again; whoever asked can ask again."""
    count = sum(job.cancel() for job in Job.objects.active().select_related("batch__workspace"))
    Worker.objects.all().delete()
    if count:
        yield f"{count} pictures that were being drawn are cancelled, and cost nothing."


register(come_back)
