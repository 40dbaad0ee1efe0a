"""Measures the whole acceptance table and writes it into the model card."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from tools.starter_model import card, dataset, export, figures, judge
from tools.starter_model.folders import MODEL, Work
from tools.starter_model.judge import Judge
from tools.starter_model.sampling import Sampler, sheet

TEST_SCENES = 1000
JUDGE_SCENES = 16_000
JUDGE_SECONDS = 400.0  # of CPU time


def measure(work: Work, folder: Path = MODEL) -> None:
    """Some minutes; trains the judge first if the working folder has none."""
    critic = the_judge(work)
    drawn = dataset.scenes(dataset.TEST, TEST_SCENES)
    accuracy = critic.accuracy(dataset.pictures(drawn), drawn)
    sampler = Sampler.load(folder)
    obeys, pictures = figures.obedience(sampler, critic, accuracy)
    sheet(pictures, columns=8).save(work.root / "obedience.png")
    unguided, _ = figures.obedience(sampler, critic, accuracy, guidance=1.0)
    present, refused = figures.presence(sampler, critic, pictures[: len(figures.HELD_OUT)])
    outside, own, inside = figures.outside_mask(sampler, pictures)
    card.write(
        card.Measured(
            size=export.size(folder),
            seconds=sampler.seconds_per_picture(figures.HELD_OUT[0].prompt),
            threads=torch.get_num_threads(),
            training=_training(folder),
            accuracy=accuracy,
            obeys=obeys,
            unguided=unguided.overall,
            darker=figures.darker_nights(sampler),
            present=present,
            refused=refused,
            layout=figures.kept_layout(sampler, pictures),
            other_layout=figures.kept_layout(sampler, pictures, other=1),
            outside=outside,
            own=own,
            inside=inside,
            repeats=figures.repeats_exactly(sampler),
        ),
        folder / "README.md",
    )


def the_judge(work: Work) -> Judge:
    """The judge from the working folder, trained now if it isn't there."""
    if work.judge.exists():
        return judge.load(work.judge)
    print("training the judge", flush=True)
    chosen = dataset.scenes(dataset.JUDGE, JUDGE_SCENES)
    return judge.train(dataset.pictures(chosen), chosen, work.judge, JUDGE_SECONDS).eval()


def _training(folder: Path) -> str:
    """What the exported weights have behind them, in words."""
    behind = json.loads((folder / "training.json").read_text())
    minutes = behind["seconds"] / 60
    return f"{behind['steps']:,} steps of {behind['batch']} pictures, {minutes:.0f} minutes"


if __name__ == "__main__":
    measure(Work.usual())
