"""An answer's Markdown as Telegram shows it: a text, and from where to where it is bold, code or a
link. Nothing of it can be refused for signs that mean something to a parser."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chat.markdown import is_too_much, tokens_of
from chat.telegram.saying import Mark, split

KINDS = {"strong": "bold", "em": "italic", "s": "strikethrough"}
MOST = 90  # of a message: Telegram takes a hundred


@dataclass(frozen=True)
class Formatted:
    text: str
    marks: Sequence[Mark] = ()

    def parts(self) -> list["Formatted"]:
        """As messages that are short enough, each with its own marks."""
        found, at = [], 0
        for part in split(self.text):
            at = max(self.text.find(part, at), 0)
            found.append(Formatted(part, tuple(_within(self.marks, at, at + len(part)))[:MOST]))
            at += len(part)
        return found


def formatted(text: str) -> Formatted:
    """What is too much for a parser stays as it was written."""
    if is_too_much(text):
        return Formatted(text)
    writing = Writing()
    for token in tokens_of(text):
        writing.take(token)
    return writing.done()


class Writing:
    """Walks over a parser's tokens. Offsets are signs of Python's."""

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[Mark] = []
        self.open: list[tuple[str, int, str]] = []  # kind, where it began, where it leads
        self.lists: list[int | None] = []  # the number of the next item; None: there are none
        self.begins = ""  # what stands before the next words

    def take(self, token: Any) -> None:
        name, _, way = token.type.rpartition("_")
        if token.type == "inline":
            self._inline(token.children or [])
        elif token.type in ("fence", "code_block"):
            self._apart()
            self._mark("pre", token.content.rstrip("\n"))
        elif token.type == "hr":
            self._apart()
            self.text += "———"
        elif way == "open":
            self._begin(name, token)
        elif way == "close":
            self._end(name)

    def done(self) -> Formatted:
        marks = [each for each in self.marks if each.length > 0]
        return Formatted(self.text, tuple(sorted(marks, key=lambda each: each.offset)))

    def _begin(self, name: str, token: Any) -> None:
        if name in ("bullet_list", "ordered_list"):
            if not self.lists:
                self._apart()
            is_counted = name == "ordered_list"
            self.lists.append(int(token.attrs.get("start", 1)) if is_counted else None)
        elif name == "list_item":
            self._item(self.lists[-1])
        elif name in ("paragraph", "heading", "blockquote"):
            self._block(name)
        else:
            self._cell(name)

    def _item(self, number: int | None) -> None:
        self._line()
        self.begins = "  " * (len(self.lists) - 1) + ("• " if number is None else f"{number}. ")
        if number is not None:
            self.lists[-1] = number + 1

    def _block(self, name: str) -> None:
        if not self.begins:
            if name == "paragraph" and self.lists:
                self._line()
            else:
                self._apart()
        if name != "paragraph":
            self._open("bold" if name == "heading" else name)

    def _cell(self, name: str) -> None:
        if name == "table":
            self._apart()
        elif name == "tr":
            self._line()
        elif name in ("th", "td") and self.text and not self.text.endswith("\n"):
            self.text += " | "

    def _end(self, name: str) -> None:
        if name in ("bullet_list", "ordered_list"):
            self.lists.pop()
        elif name == "list_item":
            self.begins = ""
        elif name in ("heading", "blockquote"):
            self._close()

    def _inline(self, children: Sequence[Any]) -> None:
        self.text, self.begins = self.text + self.begins, ""
        for child in children:
            name, _, way = child.type.rpartition("_")
            if child.type in ("softbreak", "hardbreak"):
                self.text += "\n"
            elif child.type == "code_inline":
                self._mark("code", child.content)
            elif child.type == "image":
                self._open("text_link", child.attrs.get("src", ""))
                self.text += child.content or child.attrs.get("src", "")
                self._close()
            elif way == "open":
                self._open(KINDS.get(name, "text_link"), child.attrs.get("href", ""))
            elif way == "close":
                self._close()
            else:
                self.text += child.content

    def _mark(self, kind: str, content: str) -> None:
        self._open(kind)
        self.text += content
        self._close()

    def _open(self, kind: str, url: str = "") -> None:
        self.open.append((kind, len(self.text), url))

    def _close(self) -> None:
        kind, begun, url = self.open.pop()
        begun += len(self.text[begun:]) - len(self.text[begun:].lstrip())
        is_link = kind == "text_link"
        if not is_link or url.lower().startswith(("https://", "http://")):
            self.marks.append(Mark(kind, begun, len(self.text) - begun, url))

    def _apart(self) -> None:
        if self.text and not self.begins:
            self.text = self.text.rstrip("\n") + "\n\n"
        self.text, self.begins = self.text + self.begins, ""

    def _line(self) -> None:
        if self.text and not self.text.endswith("\n"):
            self.text += "\n"


def _within(marks: Sequence[Mark], start: int, end: int) -> Iterator[Mark]:
    for mark in marks:
        begun, ended = max(mark.offset, start), min(mark.offset + mark.length, end)
        if begun < ended:
            yield replace(mark, offset=begun - start, length=ended - begun)
