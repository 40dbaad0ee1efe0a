"""What a row of the catalogue must be, beyond what it can see of itself: checked for staff and for
environment lines alike."""

import re
from pathlib import PurePath

from django.core.exceptions import ValidationError

from generation.families import FAMILIES
from generation.models import ImageModel
from generation.providers.diffusers import options
from generation.providers.remote import adapter

NAME = r"[A-Za-z0-9][\w.-]*"
HUB = re.compile(rf"{NAME}/{NAME}(@[\w./-]+)?(/[\w./-]+\.safetensors)?")
FAMILY = f"The family is one of {', '.join(FAMILIES)}, or empty."


def check(model: ImageModel) -> None:
    """Raises `ValidationError` with a sentence for each field that won't do."""
    wrong: dict[str, str] = {}
    if model.family and model.family not in FAMILIES:
        wrong["family"] = FAMILY
    try:
        options.parse(model.options)
    except ValueError as error:
        wrong["options"] = str(error)
    if model.provider == ImageModel.Provider.DIFFUSERS:
        if model.service is not None:
            wrong["service"] = "A model that is computed here has no service."
        if sentence := _of_address(model.address):
            wrong["address"] = sentence
    elif model.provider in ImageModel.Provider.values:
        wrong |= _of_service(model)
    if wrong:
        raise ValidationError(wrong)


def _of_service(model: ImageModel) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if model.service is None:
        wrong["service"] = "A model that is computed elsewhere needs its service."
    elif model.service.kind != model.provider:
        wrong["service"] = f"This service is not {model.get_provider_display()}."
    try:
        # OpenAI's form is one for all models; the gateway's differs from model to model.
        if model.adapter or model.provider != ImageModel.Provider.OPENAI:
            adapter.parse(model.adapter, needs_paths=model.provider == ImageModel.Provider.PIXAZO)
    except ValueError as error:
        wrong["adapter"] = str(error)
    return wrong


def _of_address(address: str) -> str:
    """What is wrong with the address of a model that is computed here; empty if nothing is."""
    if PurePath(address).is_absolute():
        return ""  # a folder, or a file; it may be on the worker's machine only
    if "://" in address:
        return "A model is not loaded from a URL: give the hub repository's id, or a path."
    if re.fullmatch(NAME, address):
        return ""  # a name that is known here, such as starter
    if not HUB.fullmatch(address) or ".." in address:
        return "The address is an absolute path, or a hub repository's id (owner/name@revision)."
    return ""
