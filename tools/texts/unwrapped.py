"""Finds text that people would read and no translator would ever see."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

# The same in every language: names, units, formats, keys.
NAMES = {
    *("Pixazo", "API", "LoRA", "LoRAs", "CFG", "PSNR", "JSON", "CSV", "ZIP", "PNG", "JPEG", "WebP"),
    *("UTC", "GB", "MB", "MiB", "MP", "px", "min", "Esc", "Ctrl", "Enter", "Tab", "Shift", "Alt"),
    *("Bearer", "https", "http", "nbsp", "mdash", "ABCD"),
}
READ = {"title", "aria-label", "placeholder", "alt", "content", "label", "aria-description"}
READ |= {"data-sure", "data-done", "data-all", "data-few", "data-empty", "data-help"}
READ |= {"done", "pending"}
SILENT = {"script", "style", "code", "kbd", "svg", "path"}
TRANSLATED = re.compile(
    r"\{%\s*blocktranslate\b.*?\{%\s*endblocktranslate\s*%\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}"
    r"|\{#.*?#\}"
    # A page's classes, which base.html puts into its tags.
    r"|\{%\s*block \w*class\w*\s*%\}.*?\{%\s*endblock[^%]*%\}",
    re.DOTALL,
)
# Where a script puts a value into a `<template>`.
PLACE = re.compile(r"(?<!\{)\{[a-z]+\}(?!\})")
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# Words given to an included template, or shown where there is nothing else.
GIVEN = re.compile(r"""(?:\b\w+=|default:|yesno:|pluralize:)(["'])([^"']*)\1""")
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z“][\w\u2019'“”]*[ ,.:].*\w|[A-Z][a-z]+[.!?…]?$")
# What a page shows at once: `.textContent = "Words"`.
SHOWN = r"(?:(?:textContent|title|alt|ariaLabel|placeholder)\s*=\s*|\b(?:text|label|does|area):\s*)"


def in_template(source: str) -> list[str]:
    bare = PLACE.sub("", TRANSLATED.sub("", source))
    found = [
        words
        for tag in TAG.findall(bare)
        for _quote, words in GIVEN.findall(tag)
        if _has_words(words) and words[0].isupper()
    ]
    reader = _Reader()
    reader.feed(TAG.sub("", bare))
    reader.close()
    return found + [text for text in reader.found if _has_words(text)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        known = dict(attrs)
        for name, value in attrs:
            is_data = name == "content" and known.get("name") != "description"
            if name in READ and value and not is_data:
                self.found.append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data.strip())


def _has_words(text: str) -> bool:
    return any(word not in NAMES for word in WORD.findall(text))


def in_script(source: str) -> list[str]:
    bare = re.sub(r"/\*.*?\*/|^\s*//.*?$|\s//\s.*?$", "", source, flags=re.DOTALL | re.MULTILINE)
    bare = re.sub(r"(?<![.\w])(?:translate|plural)\(\s*(\"(?:\\.|[^\"\\])*\"(?:,\s*)?)+", "(", bare)
    bare = re.sub(r"new (?:Custom)?(?:Error|Event)\([^)]*\)", "", bare)
    texts = [found[1] for found in re.finditer(r'"((?:\\.|[^"\\\n])*)"', bare)]
    texts += [re.sub(r"\$\{[^}]*\}", "…", found) for found in re.findall(r"`([^`]*)`", bare)]
    sentences = [text for text in texts if SENTENCE.match(text) and " " in text]
    return sentences + [found[1] for found in re.finditer(SHOWN + r'"([A-Z]\w[^"]*)"', bare)]


def in_python(source: str) -> Iterator[str]:
    """Sentences that are raised, or said to whoever sees the next page."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from _sentences(node.exc.args[:1])
        elif isinstance(node, ast.Call) and _is_message(node.func):
            yield from _sentences(node.args[1:2])


def _is_message(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "messages"
    )


def _sentences(texts: list[ast.expr]) -> Iterator[str]:
    for text in texts:
        said = ast.unparse(text)
        if isinstance(text, ast.Constant | ast.JoinedStr) and re.search(
            r"[a-z}] .*[.!?]['\"]$", said
        ):
            yield said
