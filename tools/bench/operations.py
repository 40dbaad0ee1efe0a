"""How many operations a picture takes, and how many the device does: the floor of its time."""

import time
from typing import Any


def matrix_rate(device: str, dtype: Any) -> float:
    """Operations a second of the best of some square products."""
    import torch

    side = 8192 if device.startswith("cuda") else 1024
    a, b = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))
    best = float("inf")
    for _ in range(8):
        begin = time.perf_counter()
        (a @ b).sum().item()
        best = min(best, time.perf_counter() - begin)
    return 2 * side**3 / best


def of_a_picture(pipeline: Any, side: int, steps: int) -> float:
    """Of its steps, twice where two predictions guide it, and of the decoder."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    rows = 2 if hasattr(pipeline, "unet") else 1
    net = pipeline.unet if rows == 2 else pipeline.transformer
    latent = side // pipeline.vae_scale_factor
    with torch.device("meta"):
        meta, vae = (
            type(net).from_config(net.config),
            type(pipeline.vae).from_config(pipeline.vae.config),
        )
        given = _inputs(meta.config, latent, rows)
        with FlopCounterMode(display=False) as step, torch.no_grad():
            meta(**given)
        with FlopCounterMode(display=False) as decoder, torch.no_grad():
            vae.decode(torch.empty(1, vae.config.latent_channels, latent, latent))
    return float(step.get_total_flops() * steps + decoder.get_total_flops())


def _inputs(config: Any, latent: int, rows: int) -> dict[str, Any]:
    """What a step is given, by the shapes that the config asks for."""
    import torch

    if "joint_attention_dim" in config:
        tokens = (latent // 2) ** 2
        return {
            "hidden_states": torch.empty(rows, tokens, config.in_channels),
            "encoder_hidden_states": torch.empty(rows, 512, config.joint_attention_dim),
            "pooled_projections": torch.empty(rows, config.pooled_projection_dim),
            "timestep": torch.empty(rows),
            "img_ids": torch.empty(tokens, 3),
            "txt_ids": torch.empty(512, 3),
        }
    given: dict[str, Any] = {
        "sample": torch.empty(rows, 4, latent, latent),
        "timestep": torch.empty(rows),
        "encoder_hidden_states": torch.empty(rows, 77, config.cross_attention_dim),
    }
    if config.addition_embed_type:
        pooled = config.projection_class_embeddings_input_dim - 6 * 256
        given["added_cond_kwargs"] = {
            "text_embeds": torch.empty(rows, pooled),
            "time_ids": torch.empty(rows, 6),
        }
    return given
