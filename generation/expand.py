"""The only place that makes one request into several: theme, style, choices and lists become the
prompts that are drawn, a batch for each."""

import secrets
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from generation.contract import MAX_SEED
from generation.models import Batch
from pixazo.errors import UserError
from pixazo.ids import uuid7
from pixazo.texts.numbers import counted
from workspaces.library.shadows import meant
from workspaces.models import Style, Theme, WordList, Workspace
from workspaces.prompts import Compiled, Final, Lists, Written, compile_prompts

LinesOf = Callable[[str], Sequence[str] | None]

SIGNS = ("{", "}", "__", "\\")  # of the language of templates
CONFIRM_ABOVE = 4  # prompts: so many are drawn without a question


class TooManyPrompts(UserError):
    code = "too_many_prompts"
    status = 422


class NotConfirmed(UserError):
    """More prompts than somebody may have meant: the page shows them and asks."""

    code = "confirm"
    status = 409


@dataclass(frozen=True)
class Chosen:
    """What lies around the prompt."""

    theme: Theme | None = None
    style: Style | None = None


def expand(
    batch: Batch, chosen: Chosen, expected: int | None = None, lines_of: LinesOf | None = None
) -> list[Batch]:
    """The unsaved batches that an unsaved one means, in the order of their prompts.

    Raises `TemplateError`, `TooManyPrompts`, and `NotConfirmed` where they are more than
    CONFIRM_ABOVE and not as many as `expected`. Who expands many may bring one `lines_of` for all.
    """
    if is_plain(batch, chosen):
        return [batch]
    compiled = compile_batch(batch, chosen, lines_of)
    check_count(batch, compiled.count)
    if compiled.count > CONFIRM_ABOVE and compiled.count != expected:
        raise NotConfirmed(_("This makes %(count)s prompts.") % {"count": compiled.count})
    ids = sorted(uuid7() for _each in range(compiled.count))  # in the order of the prompts
    given: Any = batch.seed  # as it was sent
    made = []
    for number, pk in enumerate(ids):
        seed = secrets.randbelow(MAX_SEED + 1) if given in (None, "") else given
        final = compiled.at(number, _whole(seed))
        made.append(
            _with(batch, pk, seed, final, _template(batch, chosen, final, number, compiled))
        )
    return made


def is_plain(batch: Batch, chosen: Chosen) -> bool:
    """Nothing to expand: the prompt is what was written."""
    written = f"{batch.prompt} {batch.negative_prompt}"
    return not (chosen.theme or chosen.style or any(sign in written for sign in SIGNS))


def compile_batch(batch: Batch, chosen: Chosen, lines_of: LinesOf | None = None) -> Compiled:
    style = chosen.style
    written = Written(
        prompt=batch.prompt,
        negative_prompt=batch.negative_prompt,
        theme_prompt=chosen.theme.base_prompt if chosen.theme else "",
        style_prompt=style.positive_prompt if style else "",
        style_negative_prompt=style.negative_prompt if style else "",
    )
    return compile_prompts(written, Lists(lines_of or lines_in(batch.workspace, batch.author)))


def check_count(batch: Batch, count: int) -> None:
    if count <= 1:
        return  # what every plan allows need not be looked up
    most = batch.account.prompts_per_request
    if count > most:
        raise TooManyPrompts(
            _("This makes %(count)s prompts; with your plan %(most)s can be asked for at once.")
            % {"count": counted(count), "most": most},
            fields={
                "prompt": [
                    _("%(count)s prompts are more than %(most)s.")
                    % {"count": counted(count), "most": most}
                ]
            },
        )


def lines_in(workspace: Workspace, user: Any) -> LinesOf:
    """The lines of a list by its name, each read once."""

    @cache
    def lines_of(name: str) -> Sequence[str] | None:
        best = meant(WordList.objects.usable_in(workspace, user).filter(name=name)).get(name)
        return best.entries if best else None

    return lines_of


def _whole(seed: Any) -> int:
    """The contract refuses what is no number, later and with a sentence."""
    try:
        return int(seed)
    except (TypeError, ValueError):
        return 0


def _with(batch: Batch, pk: Any, seed: Any, final: Final, template: dict[str, Any] | None) -> Batch:
    each: Any = copy(batch)
    each.pk = pk
    each.seed, each.template = seed, template
    each.prompt, each.negative_prompt = final.prompt, final.negative_prompt
    each.pictures = [copy(picture) for picture in batch.pictures]
    for picture in each.pictures:
        picture.pk = uuid7()
    return each


def _template(
    batch: Batch, chosen: Chosen, final: Final, number: int, compiled: Compiled
) -> dict[str, Any] | None:
    """What was written and chosen; None where that is the prompt itself."""
    written = (batch.prompt.strip(), batch.negative_prompt.strip())
    if written == (final.prompt, final.negative_prompt) and not (chosen.theme or chosen.style):
        return None
    known: dict[str, Any] = {"prompt": batch.prompt, "negative_prompt": batch.negative_prompt}
    for name, row in (("theme", chosen.theme), ("style", chosen.style)):
        if row:
            known[name] = {"id": str(row.pk), "name": row.name}
    if compiled.count > 1:
        known |= {"number": number + 1, "of": compiled.count}
    return known
