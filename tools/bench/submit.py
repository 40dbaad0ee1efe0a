"""Submissions a second: durable, with holds, nothing drawn meanwhile."""

import argparse
import threading
import time

from tools.bench import one_request
from tools.bench.site import BenchSite
from tools.bench.table import markdown, milliseconds, quantile

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
    rows, many = [], ""
    for processes in map(int, options.processes.split(",")):
        with BenchSite(worker=False, web_processes=processes) as site:
            _load(site, clients=4, seconds=1)
            floor = float(site.run(FLOOR).split()[-1])
            rows += [
                [processes, clients, *_figures(site, clients, floor)]
                for clients in map(int, options.clients.split(","))
            ]
            many = one_request.measure(site, options.pictures, min(options.rounds, 5))
    heads = [
        "web processes",
        "clients",
        "submissions/s",
        "p50",
        "p95",
        "web CPU each",
        "ratio to rows alone, one writer",
    ]
    return markdown("POST /api/generate, one image each", heads, rows) + "\n\n" + many


def _figures(site: BenchSite, clients: int, floor: float) -> list[str]:
    cpu = site.web_seconds()
    times = _load(site, clients, SECONDS)
    cpu = site.web_seconds() - cpu
    rate = len(times) / SECONDS
    return [
        f"{rate:.0f}",
        milliseconds(quantile(times, 0.5)),
        milliseconds(quantile(times, 0.95)),
        milliseconds(cpu / len(times)),
        f"{rate / floor:.2f}",
    ]


def _load(site: BenchSite, clients: int, seconds: float) -> list[float]:
    """How long each of the submissions took that so many clients made, each after its last."""
    times: list[float] = []
    stop = time.perf_counter() + seconds
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
