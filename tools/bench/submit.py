"""Submissions a second with 1, 8 and 32 clients: durable, with holds, nothing drawn meanwhile."""

import argparse
import threading
import time

from tools.bench.site import BenchSite
from tools.bench.table import markdown, milliseconds, quantile

CLIENTS = (1, 8, 32)
SECONDS = 5.0

# The same rows without a web server, a form or a contract around them.
FLOOR = """
import time, uuid
from django.db import transaction
from accounts.models import User
from billing.models import Account
from generation.models import Batch, ImageModel, Job
from workspaces.models import Workspace
user = User.objects.get(email="bench@example.org")
workspace = Workspace.objects.filter(owner=user).first()
model = ImageModel.objects.get(slug="starter")
account = Account.objects.of(user)
def once():
    with transaction.atomic():
        batch = Batch(workspace=workspace, topic=workspace.default_topic, author=user, model=model,
                      prompt="floor", width=128, height=128, num_inference_steps=20,
                      guidance_scale=4, seed=1, count=1)
        batch.save(force_insert=True)
        job = Job(batch=batch, index=0, author_id=user.pk, model=model, lane="nobody", seed=1)
        account.hold(1, [job.pk])
        job.save(force_insert=True)
begin = time.perf_counter(); number = 0
while time.perf_counter() - begin < 3:
    once(); number += 1
print(number / (time.perf_counter() - begin))
"""


def measure(options: argparse.Namespace) -> str:
    rows = []
    with BenchSite(worker=False) as site:
        site.connect().generate(model="starter")
        floor = float(site.run(FLOOR).split()[-1])
        rows.append(["rows alone, one writer", f"{floor:.0f}", "", "1.00"])
        for clients in CLIENTS:
            times = _load(site, clients)
            rate = len(times) / SECONDS
            rows.append(
                [
                    f"{clients} client{'s' if clients > 1 else ''}",
                    f"{rate:.0f}",
                    milliseconds(quantile(times, 0.95)),
                    f"{rate / floor:.2f}",
                ]
            )
    heads = ["", "submissions/s", "p95", "ratio to rows alone"]
    return markdown("POST /api/generate, one image each, one web process", heads, rows)


def _load(site: BenchSite, clients: int) -> list[float]:
    times: list[float] = []
    stop = time.perf_counter() + SECONDS
    threads = [threading.Thread(target=_client, args=(site, stop, times)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _client(site: BenchSite, stop: float, times: list[float]) -> None:
    caller = site.connect()
    while (begin := time.perf_counter()) < stop:
        caller.generate(model="starter")
        times.append(time.perf_counter() - begin)
