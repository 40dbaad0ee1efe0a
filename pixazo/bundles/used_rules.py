"""Of a large style sheet of others the rules that some page of ours may need.

Careful to the side of too much: a rule stays when each of its classes occurs as a word anywhere in
our templates, scripts or modules. What is put together, as in `class="btn-{{ kind }}"` or
`"btn-" + kind`, keeps all that begins so.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

WORD = re.compile(r"[A-Za-z0-9][\w-]*")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
ATTRIBUTE = re.compile(r"""class=(?:"([^"]*)"|'[^']*')""")
BEFORE_TAG = re.compile(r"([A-Za-z][\w-]*-)\0")
BEGUN = re.compile(r"""([A-Za-z][\w-]*-)(?:["'`]|\$?\{)""")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
# `.btn:not(.active)` is about buttons, whether or not anything is ever active.
INSIDE = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Their rules bear selectors of other kinds (`from`, `50%`), or none.
WHOLE = ("@keyframes", "@-webkit-keyframes", "@font-face", "@property", "@page")


@dataclass(frozen=True)
class Words:
    whole: Set[str]
    beginnings: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.whole or name.startswith(self.beginnings)


def words(templates: Iterable[str], programs: Iterable[str]) -> Words:
    found: set[str] = set()
    beginnings: set[str] = set()
    for text in templates:
        found.update(WORD.findall(text))
        # Without tags a quote ends an attribute; an id that is put together is no class.
        for attribute in ATTRIBUTE.findall(TAG.sub("\0", text)):
            beginnings.update(BEFORE_TAG.findall(attribute))
        for tag in TAG.findall(text):
            beginnings.update(BEGUN.findall(tag))
    for text in programs:
        found.update(WORD.findall(text))
        beginnings.update(BEGUN.findall(text))
    return Words(found, tuple(sorted(beginnings)))


def used(css: str, known: Words) -> str:
    licences = [each for each in COMMENT.findall(css) if each.startswith("/*!")]
    return "".join([*licences, *_rules(COMMENT.sub("", css), known)])


def _rules(css: str, known: Words) -> Iterator[str]:
    at = 0
    while (opened := css.find("{", at)) >= 0:
        # What needs no braces, such as @charset, stands before the rule.
        *before, head = css[at:opened].split(";")
        yield from (f"{each};" for each in before)
        closed = _end(css, opened)
        body = css[opened + 1 : closed]
        at = closed + 1
        if not head.lstrip().startswith("@"):
            if kept := ",".join(each for each in _each(head) if _is_known(each, known)):
                yield f"{kept}{{{body}}}"
        elif head.lstrip().startswith(WHOLE):
            yield f"{head}{{{body}}}"
        elif inner := "".join(_rules(body, known)):
            yield f"{head}{{{inner}}}"


def _end(css: str, opened: int) -> int:
    depth = 0
    for brace in re.finditer(r"[{}]", css[opened:]):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return opened + brace.start()
    raise ValueError("A brace is never closed.")


def _each(head: str) -> Iterator[str]:
    """The selectors of a list; a comma within `:is(a, b)` parts nothing."""
    begun = depth = 0
    for at, sign in enumerate(head):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            yield head[begun:at]
            begun = at + 1
    yield head[begun:]


def _is_known(selector: str, known: Words) -> bool:
    return all(name in known for name in CLASS.findall(INSIDE.sub("", selector)))
