"""Prompts for the encoders: plain text, or embeddings where words are weighted or many.

“(word:1.3)” weighs words, brackets without a number are only brackets. Weights and texts beyond the
encoder's length are understood where the encoders are CLIP's, as in Stable Diffusion 1.5 and SDXL;
other models get the text as it is written.
"""

import re
from collections.abc import Sequence
from typing import Any

from generation.providers.base import ImageRequest

WEIGHTED = re.compile(r"(?<!\\)\(([^():\\]+):\s*(\d(?:\.\d+)?)\)")  # a time of day is none
HEAVIEST = 2.0  # beyond, words only do damage
Fragments = list[tuple[str, float]]


def arguments(pipeline: Any, requests: Sequence[ImageRequest]) -> dict[str, Any]:
    """What the pipeline's call is told of the prompts."""
    if any(is_special(pipeline, request) for request in requests):
        return _embeddings(pipeline, requests)
    given: dict[str, Any] = {"prompt": [request.prompt for request in requests]}
    if any(request.negative_prompt for request in requests):
        given["negative_prompt"] = [request.negative_prompt for request in requests]
    return given


def is_special(pipeline: Any, request: ImageRequest) -> bool:
    """Whether the words are weighted or more than the encoder takes at once."""
    return _is_clip(pipeline) and any(
        WEIGHTED.search(text) or is_long(pipeline, text)
        for text in (request.prompt, request.negative_prompt)
    )


def is_long(pipeline: Any, text: str) -> bool:
    """Whether it needs more than one turn of a CLIP encoder."""
    if not _is_clip(pipeline):
        return False
    plain = "".join(words for words, _ in fragments(text))
    return any(
        len(tokenizer(plain).input_ids) > tokenizer.model_max_length
        for tokenizer, _ in _encoders(pipeline)
    )


def fragments(text: str) -> Fragments:
    """Words and their weights, in order."""
    found: Fragments = []
    end = 0
    for match in WEIGHTED.finditer(text):
        if match.start() > end:
            found.append((text[end : match.start()], 1.0))
        found.append((match[1], min(float(match[2]), HEAVIEST)))
        end = match.end()
    if end < len(text) or not found:
        found.append((text[end:], 1.0))
    return found


def _is_clip(pipeline: Any) -> bool:
    """Stable Diffusion 1.5, SDXL and what is built like them."""
    encoder = getattr(pipeline, "text_encoder", None)
    return hasattr(pipeline, "unet") and type(encoder).__name__ == "CLIPTextModel"


def _encoders(pipeline: Any) -> list[tuple[Any, Any]]:
    pairs = [(pipeline.tokenizer, pipeline.text_encoder)]
    if getattr(pipeline, "text_encoder_2", None) is not None:
        pairs.append((pipeline.tokenizer_2, pipeline.text_encoder_2))
    return pairs


def _embeddings(pipeline: Any, requests: Sequence[ImageRequest]) -> dict[str, Any]:
    """Embeddings of all texts, filled up to the length of the longest."""
    import torch

    count = len(requests)
    texts = [request.prompt for request in requests]
    texts += [request.negative_prompt for request in requests]
    with torch.inference_mode():
        encoders = _compels(pipeline)
        encoded = [[_encoded(encoder, text) for text in texts] for encoder in encoders]
        longest = max(each.shape[1] for tensors in encoded for each in tensors)
        filled = [
            torch.cat([_filled(encoder, each, longest) for each in tensors])
            for encoder, tensors in zip(encoders, encoded, strict=True)
        ]
        embeddings = {"prompt_embeds": torch.cat(filled, dim=-1)}
        if encoders[-1].requires_pooled:
            embeddings["pooled_prompt_embeds"] = _pooled(encoders[-1], texts)
        given = {}
        for name, tensor in embeddings.items():
            given[name], unwanted = tensor[:count], tensor[count:]
            if pipeline.config.get("force_zeros_for_empty_prompt"):
                # As SDXL does it itself: no negative prompt is not an empty one.
                for number, request in enumerate(requests):
                    if not request.negative_prompt:
                        unwanted[number] = 0
            given[f"negative_{name}"] = unwanted
    return given


def _compels(pipeline: Any) -> list[Any]:
    from compel import Compel, ReturnedEmbeddingsType

    encoders = _encoders(pipeline)
    is_pair = len(encoders) > 1
    kind = (
        ReturnedEmbeddingsType.PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED
        if is_pair
        else ReturnedEmbeddingsType.LAST_HIDDEN_STATES_NORMALIZED
    )
    device = str(pipeline._execution_device)  # noqa: SLF001 - where encoders run when offloaded
    return [
        Compel(
            tokenizer=tokenizer,
            text_encoder=encoder,
            truncate_long_prompts=False,
            returned_embeddings_type=kind,
            requires_pooled=is_pair and number == len(encoders) - 1,
            device=device,
        )
        for number, (tokenizer, encoder) in enumerate(encoders)
    ]


def _encoded(encoder: Any, text: str) -> Any:
    """The text's embeddings: one row, as many tokens as it takes, in whole turns."""
    from compel.prompt_parser import FlattenedPrompt, Fragment

    # The parser of compel's own language is left out: there “C++” would weigh the C.
    prompt = FlattenedPrompt([Fragment(words, weight) for words, weight in fragments(text)])
    return encoder.build_conditioning_tensor_for_prompt_object(prompt)[0][0]


def _filled(encoder: Any, embeddings: Any, length: int) -> Any:
    """Filled up with what the encoder makes of an empty text."""
    import torch

    empty = encoder.conditioning_provider.empty_z.to(embeddings)
    missing = (length - embeddings.shape[1]) // empty.shape[1]
    return torch.cat([embeddings, *[empty] * missing], dim=1)


def _pooled(encoder: Any, texts: list[str]) -> Any:
    """One by one: what a text gives must not depend on its company."""
    import torch

    provider = encoder.conditioning_provider
    plain = ["".join(words for words, _ in fragments(text)) for text in texts]
    return torch.cat(
        [provider.get_pooled_embeddings([text], device=encoder.device) for text in plain]
    )
