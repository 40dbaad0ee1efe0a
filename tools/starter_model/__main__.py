"""Runs the training, step by step or all of it: `python -m tools.starter_model all`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import torch

from tools.starter_model import steps
from tools.starter_model.export import export
from tools.starter_model.folders import MODEL, Work
from tools.starter_model.measure import measure, the_judge

# In the order of use; each reads what the ones before it left in the working folder.
STEPS: dict[str, Callable[[argparse.Namespace], object]] = {
    "tokenizer": lambda asked: steps.make_tokenizer(asked.work),
    "text-encoder": lambda asked: steps.train_text_encoder(asked.work),
    "autoencoder": lambda asked: steps.train_autoencoder(asked.work),
    "latents": lambda asked: steps.make_latents(asked.work, asked.scenes),
    "denoiser": lambda asked: steps.train_denoiser(
        asked.work,
        asked.minutes * 60,
        asked.decay,
        resume=asked.resume,
        processes=asked.threads,
    ),
    "decoder": lambda asked: steps.refine_decoder(asked.work),
    "judge": lambda asked: the_judge(asked.work),
    "export": lambda asked: export(asked.work, asked.model),
    "measure": lambda asked: measure(asked.work, asked.model),
}


def main() -> None:
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    asked.work = Work(asked.work)
    asked.work.root.mkdir(parents=True, exist_ok=True)
    for name in STEPS if asked.step == "all" else [asked.step]:
        print(f"== {name}", flush=True)
        STEPS[name](asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.starter_model", description=__doc__)
    parser.add_argument("step", choices=["all", *STEPS])
    parser.add_argument("--work", type=Path, default=Work.usual().root, help="working folder")
    parser.add_argument("--model", type=Path, default=MODEL, help="where the model goes")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--scenes", type=int, default=48_000, help="drawn for the denoiser")
    parser.add_argument("--minutes", type=float, default=90, help="of denoiser training, wall time")
    parser.add_argument(
        "--decay", type=float, default=0.3, help="last share of it, in which the rate falls"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    return parser.parse_args()


if __name__ == "__main__":
    main()
