"""Time from POST to the picture to be had, less the bare pipeline's own time, in the same run."""

import argparse
import os
import time
from typing import Any

from tools.bench.site import ROOT, BenchSite, Caller
from tools.bench.table import markdown, median, milliseconds, quantile

PROMPT = "a red house under a full moon, night, watercolour"
STEPS = 20


def measure(options: argparse.Namespace) -> str:
    pipeline = _pipeline()
    bare: list[float] = []
    whole: list[float] = []
    with BenchSite(worker=True) as site:
        caller = site.connect()
        _ours(caller)  # the worker loads the model once
        _bare(pipeline, 0)
        # In turn, so that whatever else the machine does falls on both.
        for number in range(options.rounds):
            bare.append(_bare(pipeline, number))
            whole.append(_ours(caller))
        drain = _drain(caller, options.rounds)
    floor = median(bare)
    return markdown(
        f"POST to picture, starter model, {STEPS} steps, 128x128, {options.rounds} rounds",
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
            [
                f"per picture while {options.rounds} wait",
                milliseconds(drain),
                "",
                f"{drain / floor:.2f}",
            ],
        ],
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


def _ours(caller: Caller) -> float:
    begin = time.perf_counter()
    job = caller.generate(prompt=PROMPT, model="starter", steps=STEPS)["job_id"]
    until_done(caller, job)
    return time.perf_counter() - begin


def _drain(caller: Caller, jobs: int) -> float:
    """Seconds a picture takes while others wait: what one worker gets done."""
    begin = time.perf_counter()
    ids = [
        caller.generate(prompt=PROMPT, model="starter", steps=STEPS)["job_id"] for _ in range(jobs)
    ]
    for job in ids:
        until_done(caller, job)
    return (time.perf_counter() - begin) / jobs


def until_done(caller: Caller, job: str) -> None:
    while True:
        status = caller.get_json(f"/api/status/{job}")
        if status["status"] == "COMPLETED":
            return
        if status["status"] == "FAILED":
            raise RuntimeError(f"The picture was not made: {status}")
        time.sleep(0.01)
