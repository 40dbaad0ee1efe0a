"""Which requests one pipeline call can make together."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generation.models.batch import Batch

# What they have in common, besides the model.
TOGETHER = (
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "mode",
    "strength",
    "scale",
    "scheduler",
    "loras",
)


def shape_of(batch: "Batch") -> str:
    """A digest: batches with the same one share calls.

    From text, people share. Whoever works from pictures, or with a service's own keys, has the
    call for themselves.
    """
    parts = [batch.model_id.hex, *(getattr(batch, name) for name in TOGETHER)]
    if batch.mode != batch.Mode.TEXT or batch.pictures or batch.model.service_id:
        parts.append(batch.pk.hex)
    return sha256(json.dumps(parts).encode()).hexdigest()
