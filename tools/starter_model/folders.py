"""Where the training keeps what it makes, and where the finished model goes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "generation" / "starter_model"


@dataclass(frozen=True, slots=True)
class Work:
    """The working folder: `.training/` beside the code, or what STARTER_WORK names."""

    root: Path

    @classmethod
    def usual(cls) -> Work:
        return cls(Path(os.environ.get("STARTER_WORK", ROOT / ".training")))

    @property
    def tokenizer(self) -> Path:
        return self.root / "tokenizer"

    @property
    def text_encoder(self) -> Path:
        return self.root / "text_encoder"

    @property
    def autoencoder(self) -> Path:
        """As trained, before it is whitened."""
        return self.root / "autoencoder"

    @property
    def white_autoencoder(self) -> Path:
        """Encoder final: latents are made with it."""
        return self.root / "autoencoder_white"

    @property
    def refined_autoencoder(self) -> Path:
        """The same encoder, a better decoder."""
        return self.root / "autoencoder_refined"

    @property
    def latents(self) -> Path:
        return self.root / "latents.pt"

    @property
    def checkpoint(self) -> Path:
        return self.root / "denoiser.pt"

    @property
    def judge(self) -> Path:
        return self.root / "judge.pt"
