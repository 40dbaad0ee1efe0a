"""Texts that templates can't say by themselves."""

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from pixazo.texts import kept
from pixazo.texts.scripts import script_texts

register = template.Library()

# For what a row keeps in English: {{ job.error|shown }}
register.filter("shown", kept.shown)


@register.simple_tag
def texts_of_scripts() -> str | SafeString:
    """A block of data, not a script: the policy for content lets it stand in the page."""
    texts = script_texts()
    return json_script(texts, "texts") if texts else ""
