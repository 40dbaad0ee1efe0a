"""What is wrong with the settings of the engine, said at the start."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from generation.provenance import credentials
from generation.providers.diffusers import options


@register()
def options_of_a_worker_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        options.parse(settings.OPTIONS)
    except ValueError as error:
        hint = "It is a JSON object of the options in docs/gpu-worker.md."
        return [Error(f"PIXAZO_OPTIONS: {error}", hint=hint, id="generation.E001")]
    return []


@register()
def pictures_can_be_signed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    files = {"PIXAZO_C2PA_CERT": settings.C2PA_CERT, "PIXAZO_C2PA_KEY": settings.C2PA_KEY}
    if not any(files.values()):
        return []
    hint = "See docs/provenance.md. Without both, leave both empty: pictures are not signed then."
    found: list[CheckMessage] = [
        Error(f"{name} names no file that can be read.", hint=hint, id="generation.E002")
        for name, path in files.items()
        if not (path and os.access(path, os.R_OK))
    ]
    if not credentials.is_installed():
        sentence = "Pictures can't be signed: the package c2pa-python is missing."
        hint = "Install it: pip install -r requirements/provenance.txt"
        found.append(Error(sentence, hint=hint, id="generation.E003"))
    return found
