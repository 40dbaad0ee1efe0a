"""The policy's look at a request, before anything of it is stored or held."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from generation.models import Batch, SafetyCase
from generation.safety import cases, levels, words
from generation.safety.spelling import read
from pixazo.errors import UserError
from pixazo.texts.words import within


class PromptHeldBack(UserError):
    code = "held_back"
    status = 422

    def __init__(self, case: SafetyCase) -> None:
        self.case = case
        sentence = _(
            "This prompt was held back: %(reason)s. Nothing was taken from your units. If"
            " that is a mistake, ask staff to look again."
        ) % {"reason": within(case.get_reason_display())}
        super().__init__(sentence, fields={"prompt": [sentence]})

    def as_dict(self) -> dict[str, object]:
        body = super().as_dict()
        error: Any = body["error"]
        error |= {"reason": self.case.reason, "case": str(self.case.pk)}
        return body


def check(*batches: Batch) -> None:
    """Raises `PromptHeldBack` if the policy forbids a prompt, for a case that the person sees.

    What should be left out of the picture is not looked at: people name there what they don't want.
    """
    forbidden = words.forbidden_now()
    for batch in batches:
        _check(batch, forbidden)


def _check(batch: Batch, forbidden: words.Forbidden) -> None:
    level = levels.level_of(batch.account.plan)
    finding = words.check(batch.prompt, level, forbidden)
    if finding is None:
        return
    digest = digest_of(batch)
    if SafetyCase.objects.is_allowed(digest):
        return
    raise PromptHeldBack(cases.of_prompt(batch, digest, finding, level))


def digest_of(batch: Batch) -> str:
    """Of these words of this person's, however they are written."""
    said = f"prompt:{batch.author_id}:{read(batch.prompt).words}"
    return hashlib.sha256(said.encode()).hexdigest()
