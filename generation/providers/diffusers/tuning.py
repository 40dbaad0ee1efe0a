"""Applies a model's options to its pipeline, or says in a sentence what this machine can't do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from generation.providers.diffusers.equipment import Equipment
from generation.providers.diffusers.memory import translated
from generation.providers.diffusers.options import Options
from generation.providers.errors import DeviceLost, ModelTrouble, OutOfMemory

# So many sizes and numbers of pictures have code of their own; then torch gives up on the model.
COMPILED_SHAPES = 32


def equipment_for_loading(options: Options, equipment: Equipment) -> Equipment:
    """Where and how precisely the weights are loaded: what is offloaded begins in main memory."""
    if options.dtype:
        equipment = replace(equipment, precision=options.dtype)
    if options.offload != "none" or options.quantisation == "int8":
        equipment = replace(equipment, device="cpu")
    return equipment


def tune(pipeline: Any, options: Options, equipment: Equipment) -> None:
    """Raises `ModelTrouble` naming the option that can't be had."""
    _layout(pipeline, options, equipment)
    attempt("quantisation", options.quantisation, lambda: _quantise(pipeline, options))
    attempt("offload", options.offload, lambda: _place(pipeline, options, equipment))
    if options.fuse_qkv:
        attempt("fuse_qkv", "on", lambda: _net(pipeline).fuse_qkv_projections())
    if options.attention:
        attempt("attention", options.attention, lambda: _attend(pipeline, options.attention))
    if options.attention_slicing:
        attempt("attention_slicing", "on", lambda: _slice(pipeline))
    if options.cache != "none":
        attempt("cache", options.cache, lambda: _cache(pipeline, options))
    if options.compile != "none":
        attempt("compile", options.compile, lambda: _compile(pipeline, options))


def attempt(option: str, value: str, apply: Callable[[], Any]) -> None:
    """Apply it; raises `ModelTrouble` naming the option if a library can't."""
    try:
        with translated():
            apply()
    except (OutOfMemory, DeviceLost):
        raise  # neither speaks against the option
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        raise ModelTrouble(
            _("This worker can't run the model with %(option)s: %(value)s.")
            % {"option": option, "value": value},
            code="option_impossible",
            details=f"{type(error).__name__}: {error}",
        ) from None


@contextmanager
def as_compiled(options: Options) -> Iterator[None]:
    """What was compiled while the model was loaded is used; every other size and number of
    pictures runs as it is, instead of being compiled for minutes in somebody's call."""
    if options.compile == "none":
        yield
        return
    import torch

    with torch.compiler.set_stance("eager_on_recompile"):
        yield


@contextmanager
def sparingly(pipeline: Any) -> Iterator[None]:
    """For one call with the least memory: pictures are decoded one by one and in parts."""
    vae = getattr(pipeline, "vae", None)
    switches = [
        name
        for name in ("tiling", "slicing")
        if hasattr(vae, f"enable_{name}") and not getattr(vae, f"use_{name}", False)
    ]
    for name in switches:
        getattr(vae, f"enable_{name}")()
    try:
        yield
    finally:
        for name in switches:
            getattr(vae, f"disable_{name}")()


def _layout(pipeline: Any, options: Options, equipment: Equipment) -> None:
    import torch

    if equipment.device.startswith("cuda"):
        # Where fp32 is asked for, matrices still go through the tensor cores.
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
    form = torch.channels_last if options.channels_last else torch.contiguous_format
    if hasattr(pipeline, "unet"):
        pipeline.unet.to(memory_format=form)
    vae = getattr(pipeline, "vae", None)
    if vae is not None and equipment.device.startswith("cuda"):
        vae.to(memory_format=form)
    for name in ("tiling", "slicing"):
        if getattr(options, name) and hasattr(vae, f"enable_{name}"):
            getattr(vae, f"enable_{name}")()


def _slice(pipeline: Any) -> None:
    net = _net(pipeline)
    if not hasattr(net, "set_attention_slice"):
        raise ValueError(f"{type(net).__name__} knows no attention in parts.")
    net.set_attention_slice("auto")


def _place(pipeline: Any, options: Options, equipment: Equipment) -> None:
    """Onto the device, whole or by parts as they are needed."""
    if options.offload in ("model", "sequential") and equipment.device == "cpu":
        raise ValueError("The weights rest in main memory already.")
    if options.offload == "model":
        pipeline.enable_model_cpu_offload(device=equipment.device)
    elif options.offload == "sequential":
        pipeline.enable_sequential_cpu_offload(device=equipment.device)
    elif options.offload == "group":
        import torch

        pipeline.enable_group_offload(
            onload_device=torch.device(equipment.device),
            offload_device=torch.device("cpu"),
            offload_type="leaf_level",
            use_stream=equipment.device.startswith("cuda"),
        )
    elif options.quantisation == "int8":
        pipeline.to(equipment.device)


def _net(pipeline: Any) -> Any:
    """What takes the steps: the largest part."""
    net = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
    if net is None:
        raise ValueError("The pipeline has neither a UNet nor a transformer.")
    return net


def _quantise(pipeline: Any, options: Options) -> None:
    import torch

    if options.quantisation == "fp8":
        # The weights rest in 8 bits and are widened layer by layer as they are used.
        net = _net(pipeline)
        net.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=net.dtype)
    elif options.quantisation == "int8":
        from torchao.quantization import Int8WeightOnlyConfig, quantize_

        quantize_(_net(pipeline), Int8WeightOnlyConfig())


def _attend(pipeline: Any, name: str) -> None:
    net = _net(pipeline)
    processors = [getattr(part, "processor", None) for part in net.modules()]
    if not any(hasattr(processor, "_attention_backend") for processor in processors):
        # UNets' processors ask torch directly.
        if name == "xformers":
            net.enable_xformers_memory_efficient_attention()
        elif name != "native":
            raise ValueError("This architecture only knows native and xformers.")
        return
    from diffusers.models.attention_dispatch import (
        AttentionBackendName,
        _AttentionBackendRegistry,
    )

    before, _ = _AttentionBackendRegistry.get_active_backend()
    try:
        net.set_attention_backend(name)
    finally:
        # diffusers also makes it that of every other model in the process.
        _AttentionBackendRegistry.set_active_backend(AttentionBackendName(before))


def _cache(pipeline: Any, options: Options) -> None:
    from diffusers import FirstBlockCacheConfig

    net = _net(pipeline)
    if not hasattr(net, "enable_cache"):
        raise ValueError("Only transformers have such a cache.")
    net.enable_cache(FirstBlockCacheConfig(threshold=options.cache_threshold))


def _compile(pipeline: Any, options: Options) -> None:
    import torch

    net = _net(pipeline)
    torch._dynamo.config.recompile_limit = COMPILED_SHAPES  # noqa: SLF001 - torch's documented knob
    # Each size is compiled for itself: faster than code for all sizes, hence the few buckets.
    if options.compile == "full":
        net.compile(dynamic=False)
    else:
        net.compile_repeated_blocks(dynamic=False)
