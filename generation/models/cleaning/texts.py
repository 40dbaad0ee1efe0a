"""What is written: the prompt, and what to leave out."""

import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from generation.contract import PROMPT_LENGTH
from pixazo.texts.numbers import counted

if TYPE_CHECKING:
    from generation.models.batch import Batch

# Marks on one letter; nothing that people write has more (Vietnamese 2, Hebrew and Thai 3, and
# Unicode's own Stream-Safe Text Format 30).
MARKS = 8
# Characters as sent; composed, a text may become shorter.
MOST = 4 * PROMPT_LENGTH


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    batch.negative_prompt = "" if batch.negative_prompt is None else batch.negative_prompt
    _clean(batch, "prompt", _("Prompt"), errors)
    _clean(batch, "negative_prompt", _("“Leave out”"), errors)
    if not batch.prompt and batch.mode in (batch.Mode.UPSCALE, batch.Mode.VARIATION):
        batch.prompt = batch.source_prompt
    # To enlarge a picture no words are needed.
    if not batch.prompt and batch.mode != batch.Mode.UPSCALE:
        errors.setdefault("prompt", _("Describe the picture you want."))
    if batch.negative_prompt and not batch.model.contract.negative_prompt:
        batch.negative_prompt = ""
        batch.corrections.append(
            gettext_noop("“Leave out” was not used: this model can't leave things out.")
        )


def _clean(batch: "Batch", name: str, label: str, errors: dict[str, str]) -> None:
    text = getattr(batch, name)
    if not isinstance(text, str):
        errors[name] = _("%(label)s must be a text.") % {"label": label}
        return
    # Looked at before anything is done with it: putting a storm of marks in order takes time that
    # grows with the square of their number.
    if len(text) <= MOST:
        text = _storable(text)
    setattr(batch, name, text)
    if len(text) > PROMPT_LENGTH:
        errors[name] = _(
            "%(label)s may have %(prompt_length)s characters, this one has %(length)s."
        ) % {"label": label, "prompt_length": counted(PROMPT_LENGTH), "length": counted(len(text))}


def _storable(text: str) -> str:
    """Lone surrogates and control characters can't be stored or drawn; line ends may stay. Letters
    under a storm of marks keep the first few."""
    kept = []
    marks = 0
    for char in text.replace("\r\n", "\n"):
        marks = marks + 1 if unicodedata.combining(char) else 0
        is_plain = char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
        if is_plain and marks <= MARKS:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).strip()
