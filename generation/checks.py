"""What is wrong with the settings of the engine, said at the start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from generation.providers.diffusers import options


@register()
def options_of_a_worker_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        options.parse(settings.OPTIONS)
    except ValueError as error:
        hint = "It is a JSON object of the options in docs/gpu-worker.md."
        return [Error(f"PIXAZO_OPTIONS: {error}", hint=hint, id="generation.E001")]
    return []
