"""What belongs to one workspace stays in it."""

from collections.abc import Iterator

from django.db.models import F, Q

from generation.models import Image, Input


def strangers() -> Iterator[str]:
    for image in Image.objects.exclude(workspace=F("job__batch__workspace")).only("pk"):
        yield f"Picture {image.pk} lies in another workspace than its request."
    here = F("batch__workspace")
    of_others = ~Q(image=None) & ~Q(image__workspace=here)
    of_others |= ~Q(upload=None) & ~Q(upload__workspace=here)
    for row in Input.objects.filter(of_others):
        yield f"Request {row.batch_id} works from a picture of another workspace."
