"""Pictures from the request to the gallery, by workers whose engine only takes its time."""

import json
import time

from tools.bench.site import BenchSite, Caller
from tools.bench.table import milliseconds, quantile
from tools.load.stage import Figure, Stage

WORKERS = 2
STEPS = 20
# A picture takes 0.2 s of nobody's processor.
ENGINE = {"PIXAZO_PROVIDERS": "diffusers=generation.tests.fake_engine"}
SLOW = """
from generation.models import ImageModel
model = ImageModel.objects.get(slug="starter")
model.address = "slow:0.01"
model.contract_data["images_per_call"] = {each}
model.save()
"""
AS_BEFORE = """
from generation.models import ImageModel
model = ImageModel.objects.get(slug="starter")
model.address, model.contract_data = {address!r}, {contract!r}
model.save()
"""
KNOWN = """
import json
from generation.models import ImageModel
print(json.dumps(ImageModel.objects.values_list("address", "contract_data").get(slug="starter")))
"""
TIMES = """
import json
from generation.models import Job
rows = Job.objects.filter(batch__in={batches}).order_by("finished")
print(json.dumps([[row.created.timestamp(), row.started.timestamp(), row.finished.timestamp()]
                  for row in rows if row.finished and row.state == "succeeded"]))
"""
ALONE = 20  # pictures, one after the other: nothing else waits
PATIENCE = 120


def drawing(stage: Stage) -> list[Figure]:
    """How many a second, and how soon the first step of one comes when nothing else waits."""
    site = stage.site
    address, contract = json.loads(site.run(KNOWN).strip().splitlines()[-1])
    site.run(SLOW.format(each=1))
    workers = [site.start_worker(f"draws{number}", ENGINE) for number in range(WORKERS)]
    caller = site.connect()
    try:
        _drawn(caller, 2)  # both have begun
        alone = [batch for _ in range(ALONE) for batch in _drawn(caller, 1)]
        together = _drawn(caller, max(40, int(stage.seconds * 8)))
    finally:
        for worker in workers:
            site.stop(worker)
        site.run(AS_BEFORE.format(address=address, contract=contract))
    waits = [started - created for created, started, _ in _times(site, alone)]
    ends = [finished for _, _, finished in _times(site, together)]
    rate = (len(ends) - 1) / (ends[-1] - ends[0])
    lost = len(together) * 4 - len(ends)
    return [
        Figure(
            f"Pictures of 0.2 s, {WORKERS} workers",
            "≥ 8/s",
            f"{rate:.1f}/s of {len(ends)}, {lost} lost",
        ),
        Figure(
            "From the answer to the worker, nothing else waits",
            "p95 ≤ 300 ms",
            f"p50 {milliseconds(quantile(waits, 0.5))}, p95 {milliseconds(quantile(waits, 0.95))}",
        ),
    ]


def _drawn(caller: Caller, pictures: int) -> list[str]:
    """The ids of requests of four pictures, or one, when all of them are there."""
    each = min(4, pictures)
    asked = [
        caller.generate(model="starter", count=each, num_inference_steps=STEPS)
        for _ in range(-(-pictures // each))
    ]
    until = time.monotonic() + PATIENCE
    for told in reversed(asked):
        while caller.get_json(f"/api/v1/jobs/{told['job_ids'][-1]}")["status"] not in (
            "COMPLETED",
            "FAILED",
        ):
            if time.monotonic() > until:
                return [told["batch_id"] for told in asked]
            time.sleep(0.1)
    return [told["batch_id"] for told in asked]


def _times(site: BenchSite, batches: list[str]) -> list[tuple[float, float, float]]:
    found = json.loads(site.run(TIMES.format(batches=batches)).strip().splitlines()[-1])
    return [(created, started, finished) for created, started, finished in found]
