"""The only place where what somebody wrote becomes HTML: Markdown, of which nothing runs and
nothing is fetched."""

import html
import re
from functools import cache, lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

TAGS = frozenset(
    "p br em strong s code pre ul ol li blockquote h3 h4 h5 h6 hr a".split()
    + "table thead tbody tr th td".split()
)
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = frozenset({"http", "https", "mailto"})
# The window has the second heading of the page.
DEEPER = 2
# What is longer, or has more of what a parser is slow at, is shown as it was written: a text made
# for that would hold a thread for seconds, and a page shows many.
LONGEST = 24_000  # characters
MOST_CELLS = 4_000  # of tables, with those that a short line leaves out
MOST_BRACKETS = 2_000
LINKS = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
# A run of lines below is looked at once, from its beginning: some texts are nothing else.
MARKS = re.compile(
    r"[*`~]+|(?<!\w)_++|(?<!_)_++(?!\w)|^[ \t]*(?:#{1,6}|>|[-+]|\d+\.)[ \t]+", re.MULTILINE
)
# Messages whose HTML a process keeps: an open chat asks for the same ones again and again.
KEPT = 300


def rendered(text: str) -> SafeString:
    """Code stands in boxes with buttons; a picture is a link to it, since fetching one would tell
    its host who reads here."""
    if is_too_much(text):
        return mark_safe(f"<pre>{html.escape(text)}</pre>")  # noqa: S308  escaped  # nosec B308 B703
    return _rendered(text, get_language())


def is_too_much(text: str) -> bool:
    if len(text) > LONGEST or text.count("[") > MOST_BRACKETS:
        return True
    # A line below a table's head has as many cells as that, whatever is written in it.
    heads = [line for line in text.splitlines() if "-" in line and not line.strip(" \t|:->")]
    columns = max((line.count("|") + 1 for line in heads), default=0)
    return columns > 1 and columns * (text.count("\n") + 1) > MOST_CELLS


@lru_cache(KEPT)
def _rendered(text: str, language: str | None) -> SafeString:
    import nh3

    # Two walls: the parser lets no HTML through, and what it made is cleaned all the same.
    clean = nh3.clean(
        _parser().render(text),
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    boxed = clean.replace("<pre>", f'<div class="chat-code">{_tools()}<pre>')
    return mark_safe(boxed.replace("</pre>", "</pre></div>"))  # noqa: S308  cleaned above  # nosec B308 B703


@lru_cache(KEPT)
def prompt_in(text: str) -> str:
    """What of a message is meant as a prompt: its first box of code or quotation, else all of it,
    without marks. Of one that is too long for that, all of it as it is."""
    if is_too_much(text):
        return text.strip()
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in ("fence", "code_block") and token.content.strip():
            return str(token.content).strip()
    quoted = _words(_within(tokens, "blockquote"))
    return quoted or _words(tokens)


def tokens_of(text: str) -> list[Any]:
    """As the parser reads it, for who shows it otherwise than a page."""
    tokens: list[Any] = _parser().parse(text)
    return tokens


def without_marks(text: str) -> str:
    """For a line that is no Markdown: a title."""
    return MARKS.sub(" ", LINKS.sub(r"\1", text))


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["table", "strikethrough"])
    parser.add_render_rule("image", _as_link)
    parser.core.ruler.push("deeper", _lower_headings)
    return parser


def _as_link(self: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    token = tokens[place]
    address = html.escape(token.attrs.get("src", ""))
    words = html.escape(token.content) or address
    return f'<a href="{address}">{words}</a>'


def _lower_headings(state: Any) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + DEEPER)}"


def _tools() -> str:
    copy, use = html.escape(_("Copy")), html.escape(_("Use as prompt"))
    button = '<button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="{0}"'
    icon = '><i class="bi bi-{1}" aria-hidden="true"></i></button>'
    copying = (button + ' title="{0}"' + icon).format(copy, "clipboard")
    using = (button + ' title="{0}" data-do="use-code"' + icon).format(use, "arrow-up-left-square")
    return f'<div class="chat-code-tools"><copy-button>{copying}</copy-button>{using}</div>'


def _within(tokens: list[Any], kind: str) -> list[Any]:
    begin = next((at for at, each in enumerate(tokens) if each.type == f"{kind}_open"), None)
    if begin is None:
        return []
    level = tokens[begin].level
    rest = enumerate(tokens[begin + 1 :], begin + 1)
    end = next(at for at, each in rest if each.type == f"{kind}_close" and each.level == level)
    return tokens[begin + 1 : end]


def _words(tokens: list[Any]) -> str:
    lines = []
    for token in tokens:
        if token.type == "inline":
            parts = [
                "\n" if each.type in ("softbreak", "hardbreak") else each.content
                for each in token.children
            ]
            lines.append("".join(parts))
    return "\n".join(lines).strip()
