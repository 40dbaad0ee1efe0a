"""What the service adds to the pipeline: for one picture, and for each of many that wait.

The bare pipeline is called in the same run, in turn, so that whatever else the machine does falls
on both.
"""

import argparse
import os
import time
from dataclasses import dataclass
from typing import Any

from tools.bench.moments import PARTS, Moments, moments
from tools.bench.site import ROOT, BenchSite, Caller
from tools.bench.table import markdown, median, milliseconds, quantile

PROMPT = "a red house under a full moon, night, watercolour"
STEPS = 20
DRAINED = 30
PLUG = 40  # steps of the picture behind which the others come to wait
LOOK_SECONDS = 0.01
# Asked before, the site would take the processor from the drawing to say that it is not done. A
# picture is hardly ever there sooner than this share of the quickest bare call.
SOONEST = 0.9


@dataclass(frozen=True)
class Told:
    """One picture as its client saw it, in seconds on the machine's clock."""

    job: str
    sent: float
    seen: float


def measure(options: argparse.Namespace) -> str:
    pipeline = _pipeline()
    bare: list[float] = []
    whole: list[Told] = []
    with BenchSite(worker=True) as site:
        caller = site.connect()
        ours(caller)  # the worker loads the model once
        _bare(pipeline, 0)
        for number in range(options.rounds):
            bare.append(_bare(pipeline, number))
            whole.append(ours(caller, SOONEST * min(bare)))
        together = _drain(caller, options.rounds)
        _one_picture_a_call(site)
        alone = _drain(caller, DRAINED)
        found = moments(site, [told.job for told in whole] + together + alone)
    return "\n\n".join(
        (
            _times(bare, [told.seen - told.sent for told in whole], options.rounds),
            _parts(median(bare), whole, found),
            _drains(
                median(bare),
                {
                    f"{len(jobs)} wait, {how}": [found[job] for job in jobs]
                    for jobs, how in ((together, "drawn together"), (alone, "one picture a call"))
                },
            ),
        )
    )


def _times(bare: list[float], whole: list[float], rounds: int) -> str:
    floor = median(bare)
    return markdown(
        f"POST to picture, starter model, {STEPS} steps, 128x128, {rounds} rounds",
        ["", "p50", "p90", "ratio to the bare call"],
        [
            ["bare pipeline call", milliseconds(floor), milliseconds(quantile(bare, 0.9)), "1.00"],
            [
                "POST to picture",
                milliseconds(median(whole)),
                milliseconds(quantile(whole, 0.9)),
                f"{median(whole) / floor:.2f}",
            ],
            ["difference", milliseconds(median(whole) - floor), "", ""],
        ],
    )


def _parts(floor: float, whole: list[Told], found: dict[str, Moments]) -> str:
    """Where the difference goes, by the histories of the jobs."""
    lasted = [found[told.job].parts(told.sent, told.seen, floor) for told in whole]
    rows = [
        [name, milliseconds(median(each)), milliseconds(quantile(each, 0.9))]
        for name, each in zip(PARTS, zip(*lasted, strict=True), strict=True)
    ]
    return markdown("Its parts", ["", "p50", "p90"], rows)


def _drains(floor: float, drained: dict[str, list[Moments]]) -> str:
    rows = []
    for name, jobs in drained.items():
        wall = max(job.kept for job in jobs) - min(job.claimed for job in jobs)
        # Of each call once, however many pictures it made.
        drawing = sum(job.drawing / job.company for job in jobs)
        rows.append(
            [
                name,
                milliseconds(wall / len(jobs)),
                f"{wall / len(jobs) / floor:.2f}",
                f"{drawing / wall:.3f}",
                f"{floor * len(jobs) / wall:.3f}",
            ]
        )
    return markdown(
        "While they drain, one worker",
        ["", "a picture", "to the bare call", "share in the pipeline", "bare calls' share"],
        rows,
    )


def _pipeline() -> Any:
    # As the worker does: threads that spin while they wait take the time of those that work.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch
    from diffusers import DiffusionPipeline

    pipeline = DiffusionPipeline.from_pretrained(
        ROOT / "generation" / "starter_model", dtype=torch.float32, use_safetensors=True
    )
    pipeline.set_progress_bar_config(disable=True)
    pipeline.unet.to(memory_format=torch.channels_last)
    return pipeline


def _bare(pipeline: Any, seed: int) -> float:
    import torch

    begin = time.perf_counter()
    pipeline(
        PROMPT,
        num_inference_steps=STEPS,
        guidance_scale=4.0,
        width=128,
        height=128,
        generator=torch.Generator().manual_seed(seed),
    )
    return time.perf_counter() - begin


def ours(caller: Caller, soonest: float = 0.0, steps: int = STEPS) -> Told:
    """A picture, asked for and waited for."""
    sent = time.time()
    job = _ask(caller, steps)
    until_done(caller, job, sent + soonest - time.time())
    return Told(job, sent, time.time())


def until_done(caller: Caller, job: str, soonest: float = 0.0, pause: float = LOOK_SECONDS) -> None:
    """Ask from so many seconds on, again and again."""
    time.sleep(max(0.0, soonest))
    while True:
        status = caller.get_json(f"/api/status/{job}")
        if status["status"] == "COMPLETED":
            return
        if status["status"] == "FAILED":
            raise RuntimeError(f"The picture was not made: {status}")
        time.sleep(pause)


def _one_picture_a_call(site: BenchSite) -> None:
    site.run(
        "from generation.models import ImageModel; model = ImageModel.objects.get(slug='starter');"
        "model.contract_data['images_per_call'] = 1; model.save()"
    )


def _drain(caller: Caller, count: int) -> list[str]:
    """The ids of pictures that all waited when the first was begun."""
    plug = _ask(caller, PLUG)
    jobs = [_ask(caller, STEPS) for _ in range(count)]
    for job in (plug, *reversed(jobs)):
        until_done(caller, job, pause=1.0)
    return jobs


def _ask(caller: Caller, steps: int) -> str:
    return str(caller.generate(prompt=PROMPT, model="starter", steps=steps)["job_id"])
