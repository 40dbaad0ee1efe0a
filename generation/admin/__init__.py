"""The engine's pages for staff; importing them registers them."""

from generation.admin import (
    batch,
    clearance,
    experiment,
    image,
    image_model,
    job,
    lora,
    machines,
    model_alias,
    overview,
    person,
    publication,
    safety,
    service,
    share_link,
    worker,
)

__all__ = [
    "batch",
    "clearance",
    "experiment",
    "image",
    "image_model",
    "job",
    "lora",
    "machines",
    "model_alias",
    "overview",
    "person",
    "publication",
    "safety",
    "service",
    "share_link",
    "worker",
]
