"""Files of ComfyUI: the graph that was run, under `prompt`.

Walked from the node that saved the picture up to the sampler and on to what feeds it. A graph can
compute anything; what is found is what a plain one means by its parts. `workflow`, the editor's
own drawing of it, is not enough: its nodes hold their values without names.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from generation import schedulers
from generation.metadata import graph
from generation.metadata.bounded import json_object
from generation.metadata.found import NO_SOURCE, Found, Named, found, number, stem
from generation.metadata.graph import Node, Nodes

TEXTS = ("text", "text_g", "text_l", "t5xxl", "clip_l", "prompt", "positive")
MOST_TEXTS = 100  # nodes of one role that are asked for a text
PARTS = ("seed", "noise_seed", "steps", "cfg", "sampler_name", "scheduler", "denoise")
MODELS = ("ckpt_name", "unet_name", "model_name", "base_ckpt_name")


def read(texts: Mapping[str, str]) -> Found | None:
    said = json_object(texts.get("prompt", ""))
    nodes = graph.nodes_of(said) if said else {}
    sampler = _sampler(nodes)
    return _found(nodes, sampler) if sampler else None


def _sampler(nodes: Nodes) -> Node | None:
    """The nearest above a node that saves; of several savers the first that has one."""
    saving = [name for name, node in nodes.items() if _saves(node)] or list(nodes)
    for node in graph.upwards(nodes, saving, graph.every_input):
        if _samples(node):
            return node
    return None


def _saves(node: Node) -> bool:
    return "save" in graph.kind(node).casefold() or graph.kind(node) == "PreviewImage"


def _samples(node: Node) -> bool:
    inputs = node["inputs"]
    return ("latent_image" in inputs and "noise" in inputs) or (
        "steps" in inputs and ("seed" in inputs or "noise_seed" in inputs)
    )


def _found(nodes: Nodes, sampler: Node) -> Found:
    parts = _parts(nodes, sampler)
    unknown: dict[str, Any] = {}
    guided = _above(nodes, sampler, ("guider",)) or sampler
    positive = _role(nodes, guided, "positive") or _role(nodes, guided, "conditioning")
    negative = _role(nodes, guided, "negative")
    flux: Mapping[str, Any] = next(
        (each["inputs"] for each in positive if "guidance" in each["inputs"]), {}
    )
    settings: dict[str, Any] = {
        "prompt": _text(nodes, positive),
        "negative_prompt": _text(nodes, negative),
        "seed": parts.get("seed", parts.get("noise_seed")),
        "num_inference_steps": parts.get("steps"),
        "guidance_scale": graph.value(nodes, flux.get("guidance")) or parts.get("cfg"),
    }
    name, schedule = parts.get("sampler_name"), parts.get("scheduler", "normal")
    if scheduler := schedulers.COMFYUI.get((str(name), str(schedule))):
        settings["scheduler"] = scheduler
    elif name:
        unknown["sampler"] = f"{name} {schedule}"
    _note_canvas(nodes, sampler, parts, settings, unknown)
    model, loras = _models(nodes, guided)
    return found("comfyui", settings, model, loras, unknown)


def _parts(nodes: Nodes, sampler: Node) -> dict[str, Any]:
    """A KSampler has its numbers itself; SamplerCustom has a node for each."""
    parts: dict[str, Any] = {}
    branches = ("noise", "guider", "sampler", "sigmas")
    links = [graph.linked(sampler["inputs"].get(each)) for each in branches]
    names = [each for each in links if each is not None]
    own = [sampler, *(nodes[name] for name in names if name in nodes)]
    for node in own:
        for name in PARTS:
            value = graph.value(nodes, node["inputs"].get(name))
            if value is not None:
                parts.setdefault(name, value)
    return parts


def _above(nodes: Nodes, node: Node, names: tuple[str, ...]) -> Node | None:
    links = (graph.linked(node["inputs"].get(name)) for name in names)
    return next((nodes[link] for link in links if link is not None and link in nodes), None)


def _role(nodes: Nodes, sampler: Node, role: str) -> list[Node]:
    """The nodes of the positive or negative words. ControlNets pass both on: one's own is kept."""
    start = graph.linked(sampler["inputs"].get(role))

    def follows(node: Node) -> list[str]:
        if role in node["inputs"]:
            return [role]
        return [name for name in graph.every_input(node) if name.startswith("conditioning")]

    return list(islice(graph.upwards(nodes, [start] if start else [], follows), MOST_TEXTS))


def _text(nodes: Nodes, role: list[Node]) -> str:
    """Every different text on the way: SDXL's encoder has two, combined conditionings several."""
    texts: list[str] = []
    for node in role:
        for name in TEXTS:
            value = graph.value(nodes, node["inputs"].get(name))
            if isinstance(value, str) and value.strip() and value not in texts:
                texts.append(value)
    return "\n".join(texts)


def _note_canvas(
    nodes: Nodes,
    sampler: Node,
    parts: Mapping[str, Any],
    settings: dict[str, Any],
    unknown: dict[str, Any],
) -> None:
    """An empty latent picture has a size; an encoded one came from a picture, with a strength."""
    start = graph.linked(sampler["inputs"].get("latent_image"))
    for node in graph.upwards(nodes, [start] if start else [], graph.every_input):
        inputs = node["inputs"]
        if "width" in inputs and "height" in inputs:
            settings["width"] = graph.value(nodes, inputs["width"])
            settings["height"] = graph.value(nodes, inputs["height"])
            return
        if "pixels" in inputs or graph.kind(node).startswith("LoadImage"):
            settings |= {"mode": "image", "strength": parts.get("denoise")}
            unknown["Source"] = NO_SOURCE
            return


def _models(nodes: Nodes, guided: Node) -> tuple[Named | None, list[Named]]:
    """Up the model's own links: LoRAs on the way, the checkpoint at the end."""
    loras: list[Named] = []
    start = graph.linked(guided["inputs"].get("model"))
    for node in graph.upwards(nodes, [start] if start else [], lambda each: ("model",)):
        inputs = node["inputs"]
        if isinstance(inputs.get("lora_name"), str):
            weight = number(graph.value(nodes, inputs.get("strength_model")))
            label = stem(inputs["lora_name"])
            loras.append(Named(label, weight=1.0 if weight is None else weight))
        loras += _stacked(inputs)
        for name in MODELS:
            value = graph.value(nodes, inputs.get(name))
            if isinstance(value, str):
                return Named(stem(value)), loras
    return None, loras


def _stacked(inputs: Mapping[str, Any]) -> list[Named]:
    """rgthree's loader: `"lora_1": {"on": true, "lora": name, "strength": 1}`."""
    rows = [each for each in inputs.values() if isinstance(each, dict) and each.get("on")]
    return [
        Named(stem(each["lora"]), weight=number(each.get("strength")) or 0.0)
        for each in rows
        if isinstance(each.get("lora"), str)
    ]
