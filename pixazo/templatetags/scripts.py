"""Names a module for a page, with what it imports, so that the browser fetches all at once."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pixazo.bundles.making import imported_by

register = template.Library()


@register.simple_tag
def module(name: str) -> SafeString:
    parts = format_html_join(
        "",
        '<link rel="modulepreload" href="{}">',
        ((static(each),) for each in imported_by(name)),
    )
    return format_html('<script src="{}" type="module"></script>{}', static(name), parts)
