"""Theme + style + prompt + choices + lists -> final prompts, with the origin of each part."""

from random import Random

from django.utils.translation import gettext as _

from pixazo.texts.numbers import counted
from workspaces.prompts.compiled import Compiled, Final, Written
from workspaces.prompts.counting import Counting, bounded
from workspaces.prompts.errors import TemplateError
from workspaces.prompts.nodes import Node
from workspaces.prompts.parts import Origin, Part
from workspaces.prompts.reading import read
from workspaces.prompts.wordlists import Lists, named

PLACE = "{prompt}"
MAX_LENGTH = 20_000  # characters of a template
BETWEEN = ", "
Section = tuple[tuple[Node, ...], Origin]


def compile_prompts(written: Written, lists: Lists) -> Compiled:
    """The same words, lists and seed give the same prompts. Raises `TemplateError`."""
    counting = Counting(lists)
    prompt = _sections(written.theme_prompt, written.prompt, written.style_prompt)
    prompts = _count(counting, prompt, lists)
    try:
        negative = _sections("", written.negative_prompt, written.style_negative_prompt)
        negatives = _count(counting, negative, lists)
    except TemplateError as error:
        raise TemplateError(error.sentence, field="negative_prompt") from None

    def at(number: int, seed: int) -> Final:
        of_prompt, of_negative = divmod(number, negatives)
        # Not of the number: with one seed, prompts differ in what is taken in turn, and else agree.
        chance = Random(str(seed))  # noqa: S311  must repeat, not surprise
        return Final(
            _joined(counting, prompt, of_prompt, chance),
            _joined(counting, negative, of_negative, chance),
        )

    by_chance = any(lists.leave_to_chance(nodes) for nodes, _origin in [*prompt, *negative])
    return Compiled(bounded(prompts * negatives), at, by_chance)


def check_style(words: str) -> None:
    """Raises `TemplateError` where a style's words can't be read, whatever prompt they surround."""
    before, _place, behind = words.partition(PLACE)
    for text in (before, behind):
        read(text)


def _sections(theme: str, written: str, style: str) -> list[Section]:
    if max(map(len, (theme, written, style))) > MAX_LENGTH:
        raise TemplateError(
            _("A prompt may have %(max_length)s characters at most.")
            % {"max_length": counted(MAX_LENGTH)}
        )
    before, place, behind = style.partition(PLACE)
    if not place:
        before, behind = "", style
    texts = (
        (theme, Origin.THEME),
        (before, Origin.STYLE),
        (written, Origin.WRITTEN),
        (behind, Origin.STYLE),
    )
    return [(_read(text, origin), origin) for text, origin in texts if text.strip()]


def _read(text: str, origin: Origin) -> tuple[Node, ...]:
    """Who is told of a brace in a style must know that it is not in their own words."""
    try:
        return read(text)
    except TemplateError as error:
        if origin is Origin.WRITTEN:
            raise
        where = (
            _("In the style: %(trouble)s")
            if origin is Origin.STYLE
            else _("In the theme: %(trouble)s")
        )
        raise TemplateError(where % {"trouble": error.sentence}) from None


def _count(counting: Counting, sections: list[Section], lists: Lists) -> int:
    total = 1
    for nodes, _origin in sections:
        for name in sorted(named(nodes)):
            lists.options(name)  # also of lists that chance might pass over: missing is missing
        total = bounded(total * counting.count(nodes))
    return total


def _joined(
    counting: Counting, sections: list[Section], number: int, chance: Random
) -> tuple[Part, ...]:
    numbers = []
    for nodes, _origin in reversed(sections):
        number, own = divmod(number, counting.count(nodes))
        numbers.append(own)
    parts: list[Part] = []
    for (nodes, origin), own in zip(sections, reversed(numbers), strict=True):
        made = counting.parts(nodes, own, chance, origin)
        if parts and _lacks_joint(parts[-1].text, made):
            parts.append(Part(BETWEEN, Origin.STYLE))
        parts += made
    return tuple(parts)


def _lacks_joint(before: str, behind: tuple[Part, ...]) -> bool:
    """A style such as "photo of {prompt}" brings its own space; most bring nothing."""
    begins = next((part.text for part in behind if part.text), "")
    if before[-1:].isspace() or before.endswith(("(", ",")):
        return False
    return begins[:1] not in {" ", ",", ".", ")", ":"}
