"""What staff's start page says of machines: the workers that live, and what lies on the disk."""

import shutil

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from billing.models import Account
from generation import lanes
from generation.models import Worker
from pixazo.overview import Figure, Part, Period, Table, number, part

LITTLE = 0.1  # of the disk


@part(position=60, permission="generation.view_worker")
def workers(request: HttpRequest, period: Period) -> Part:
    alive = list(Worker.objects.alive().order_by("name"))
    crew = lanes.crew(((each.lanes, each.trouble) for each in alive), lanes.needed())
    troubled = sum(bool(each.trouble) for each in alive)
    rows = [(each.name, each.device or each.lanes, _doing(each)) for each in alive]
    return Part(
        "Workers",
        [
            Figure("Alive", number(crew.alive), tone="danger" if crew.unserved else ""),
            Figure("Ask services", number(crew.callers)),
            Figure("In trouble", number(troubled), tone="warn" if troubled else ""),
            Figure("Busy", number(sum(each.busy for each in alive))),
        ],
        [Table("What they do", ("Worker", "Where", "Now"), rows, nothing="No worker is running.")],
    )


def _doing(worker: Worker) -> str:
    if worker.trouble:
        return worker.trouble
    model = worker.loaded_model or "no model loaded"
    if not worker.busy:
        return f"waits ({model})"
    return f"draws ({model}{f', step {worker.last_step}' if worker.last_step else ''})"


@part(position=15, permission="billing.view_account")
def storage(request: HttpRequest, period: Period) -> Part:
    stored = Account.objects.aggregate(all=Sum("stored"))["all"] or 0
    figures = [Figure("Pictures and uploads", filesizeformat(stored))]
    if settings.S3_BUCKET:
        return Part("Storage", [*figures, Figure("Stored in", settings.S3_BUCKET)])
    try:
        disk = shutil.disk_usage(settings.MEDIA_ROOT)
    except OSError:
        pass  # stored elsewhere, or nothing stored yet
    else:
        tone = "danger" if disk.free < LITTLE * disk.total else ""
        said = f"of {filesizeformat(disk.total)}"
        figures.append(Figure("Free on the disk", filesizeformat(disk.free), said, tone=tone))
    return Part("Storage", figures)
