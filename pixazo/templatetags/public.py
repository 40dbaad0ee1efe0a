"""What public pages say of themselves, for templates."""

import json
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import _json_script_escapes, format_html  # type: ignore[attr-defined]
from django.utils.safestring import SafeString, mark_safe

from pixazo.public import seo

register = template.Library()


@register.filter
def in_full(path: str) -> str:
    """`/legal/terms/` as strangers need it: with the site's address."""
    return seo.absolute(path)


@register.simple_tag
def static_in_full(file: str) -> str:
    return seo.absolute(static(file))


@register.inclusion_tag("components/seo.html", takes_context=True)
def about_page(context: template.Context, title: str, description: str) -> dict[str, Any]:
    """The tags of a public page whose view is not ours."""
    return {"seo": seo.Page(title, description), "path": context["request"].path}


@register.filter
def linked_data(data: dict[str, Any]) -> SafeString:
    """A block of data and no script, so the policy for content has nothing against it."""
    text = mark_safe(json.dumps(data).translate(_json_script_escapes))  # noqa: S308  escaped  # nosec B308 B703
    return format_html('<script type="application/ld+json">{}</script>', text)
