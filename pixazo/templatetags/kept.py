"""`{% kept slug=workspace.slug may=may_generate %}...{% endkept %}`: a part of a page that is drawn
once for each language and each set of those values, and then kept.

Within it nothing is there but these values: it can't show what it isn't found by, so what is kept
is never another person's nor out of date. They are plain ones: texts, numbers, yes or no.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.urls import get_script_prefix
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Of each part, for a process; a part of a page takes a few kilobytes.
MOST = 300
PLAIN = (str, int, float, Decimal, bool, UUID, type(None))


@register.tag
def kept(parser: Parser, token: Token) -> "Kept":
    name, *bits = token.split_contents()
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"{name}: each value needs a name: {' '.join(bits)}")
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodes, values)


class Kept(template.Node):
    def __init__(self, nodelist: NodeList, values: dict[str, FilterExpression]) -> None:
        self.nodelist, self.values = nodelist, values
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = {name: _plain(each.resolve(context)) for name, each in self.values.items()}
        # 1 and True are shown differently, and so are a text and one that is safe already.
        kinds = map(type, values.values())
        key = (get_language(), get_script_prefix(), context.autoescape, *values.values(), *kinds)
        drawn = self.kept.get(key)
        if drawn is None:
            drawn = self.nodelist.render(context.new(values))
            if len(self.kept) >= MOST:
                self.kept.clear()
            self.kept[key] = drawn
        return drawn


def _plain(value: Any) -> Any:
    if isinstance(value, Promise | SimpleLazyObject):
        value = str(value)  # such as the theme, which is read where a page shows it
    if not isinstance(value, PLAIN):
        raise TypeError(f"{type(value).__name__} is no plain value to keep a part of a page by.")
    return value
