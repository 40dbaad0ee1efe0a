"""The makers of pictures, found by name and imported at first use: diffusers takes seconds."""

import threading
from importlib import import_module

from django.conf import settings
from django.utils.translation import gettext as _

from generation.providers.base import Provider
from generation.providers.errors import ModelTrouble

_providers: dict[str, Provider] = {}
_lock = threading.Lock()


def provider(name: str) -> Provider:
    """The one provider of that name in this process; raises `ModelTrouble` for an unknown one."""
    with _lock:
        if name not in _providers:
            if name not in settings.PROVIDERS:
                raise ModelTrouble(
                    _("This site can't run models of the kind “%(name)s”.") % {"name": name}
                )
            _providers[name] = import_module(settings.PROVIDERS[name]).Provider()
        return _providers[name]


def started(name: str) -> Provider | None:
    """That provider if it has been used in this process; imports nothing."""
    return _providers.get(name)
