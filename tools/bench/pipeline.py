"""Our drawing against a plain diffusers pipeline: random weights of the true shapes, in one run.

The share is of the matrix rate that this device reaches in a plain product of the same precision;
operations are counted on the meta device, two per multiply-add, of all steps and the decoder.
"""

import argparse
import gc
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tools.bench import operations, switch
from tools.bench.architectures import ARCHITECTURES
from tools.bench.table import markdown, median, milliseconds

SIDES = (512, 1024)  # pixels
COMPANIES = (1, 4)
SMALL = 0.125  # the scale where there is no GPU and none is told
Seconds = tuple[float, float]  # on the wall's clock, and of the processor
PROMPT = "a red house under a full moon"


def measure(options: argparse.Namespace) -> str:
    import django

    django.setup()
    from generation.providers.diffusers import equipment

    ours = equipment.choose()
    scale = options.scale or (1.0 if ours.device.startswith("cuda") else SMALL)
    rate = operations.matrix_rate(ours.device, ours.dtype)
    rows: list[list[object]] = []
    switches: list[list[object]] = []
    for name, (build, steps, guidance) in ARCHITECTURES.items():
        bench = _Bench(name, build, scale, options.steps or steps, guidance, ours)
        rows += bench.rows(options.rounds, rate, json.loads(options.options))
        _forget(ours)
        if ours.has_own_memory:
            switches.append(switch.row(name, bench.pipeline(), ours))
            _forget(ours)
    return _tables(
        rows, switches, f"{ours.label}, {ours.precision}, scale {scale:g}", rate, options
    )


def _tables(
    rows: list[list[object]],
    switches: list[list[object]],
    where: str,
    rate: float,
    options: argparse.Namespace,
) -> str:
    pipelines = markdown(
        f"Pipelines, random weights, {where}, matrix product {rate / 1e12:.2f} TFLOP/s,"
        f" options {options.options}",
        [
            "",
            "pictures",
            "plain",
            "ours",
            "plain / ours",
            "the same in CPU seconds",
            "ours: pictures/s",
            "against one by one",
            "TFLOP a picture",
            "share of the matrix rate",
        ],
        rows,
    )
    if not switches:  # the weights are where the device computes
        return pipelines
    return f"{pipelines}\n\n" + markdown(
        f"Back from pinned main memory, {where}",
        ["", "GB", "the model", "one copy", "ratio"],
        switches,
    )


@dataclass
class _Bench:
    name: str
    build: Callable[[float], Any]
    scale: float
    steps: int
    guidance: float
    equipment: Any

    def rows(self, rounds: int, rate: float, chosen: dict[str, Any]) -> list[list[object]]:
        from generation.providers.diffusers import options, tuning

        plain = self.pipeline()
        tuned = self.pipeline()
        tuning.tune(tuned, options.parse(chosen), self.equipment)
        rows = []
        for side in SIDES:
            pixels = max(64, round(side * self.scale / 64) * 64)
            alone = 0.0
            for company in COMPANIES:
                # In turn, so that whatever else the machine does falls on both; the first warms up.
                turns = [
                    (self._plain(plain, pixels, company), self._ours(tuned, pixels, company))
                    for _ in range(rounds + 1)
                ][1:]
                theirs, theirs_busy = _medians([each for each, _ in turns])
                ours, ours_busy = _medians([each for _, each in turns])
                alone = alone or ours
                work = operations.of_a_picture(tuned, pixels, self.steps)
                rows.append(
                    [
                        f"{self.name}, {pixels}x{pixels}, {self.steps} steps",
                        company,
                        milliseconds(theirs),
                        milliseconds(ours),
                        f"{theirs / ours:.2f}x",
                        f"{theirs_busy / ours_busy:.2f}x",
                        f"{company / ours:.3g}",
                        f"{alone * company / ours:.2f}x",
                        f"{work / 1e12:.3g}",
                        f"{work * company / ours / rate:.0%}",
                    ]
                )
        return rows

    def pipeline(self) -> Any:
        import torch

        torch.manual_seed(0)
        before = torch.get_default_dtype()
        torch.set_default_dtype(self.equipment.dtype)
        try:
            with torch.device(self.equipment.device):
                pipeline = self.build(self.scale)
        finally:
            torch.set_default_dtype(before)
        pipeline.to(self.equipment.device)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def _plain(self, pipeline: Any, side: int, company: int) -> Seconds:
        import torch

        begin = _now()
        pipeline(
            [PROMPT] * company,
            width=side,
            height=side,
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
            generator=[torch.Generator().manual_seed(seed) for seed in range(company)],
        )
        return _since(begin)

    def _ours(self, pipeline: Any, side: int, company: int) -> Seconds:
        from generation.providers.base import ImageRequest
        from generation.providers.diffusers import drawing

        begin = _now()
        requests = [
            ImageRequest(
                address="",
                prompt=PROMPT,
                negative_prompt="",
                width=side,
                height=side,
                num_inference_steps=self.steps,
                guidance_scale=self.guidance,
                seed=seed,
            )
            for seed in range(company)
        ]
        drawing.draw(pipeline, requests, _Silence())
        return _since(begin)


def _now() -> Seconds:
    return time.perf_counter(), time.process_time()


def _since(begin: Seconds) -> Seconds:
    wall, busy = _now()
    return wall - begin[0], busy - begin[1]


def _medians(taken: Sequence[Seconds]) -> Seconds:
    return median([wall for wall, _ in taken]), median([busy for _, busy in taken])


class _Silence:
    def __call__(self, step: int, preview: Any = None) -> None:
        pass

    def sent(self, number: int, remote_id: str) -> None:
        pass


def _forget(equipment: Any) -> None:
    gc.collect()
    equipment.empty_cache()
