"""How templates read proposals."""

from typing import Any

from django import template

from chat.assistant.shown import Shown, shown

register = template.Library()


@register.filter
def proposed(message: Any) -> Shown:
    return shown(message.proposal)
