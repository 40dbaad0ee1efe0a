"""How strict the policy is for a person: the site's level, or their plan's if it is stricter."""

from typing import Any

from django.conf import settings

from billing.models import Account, Plan
from generation.models import ForbiddenWord

OFF, STANDARD, STRICT = "off", "standard", "strict"
ORDER = (OFF, STANDARD, STRICT)

# From which level on a word is forbidden; what is forbidden always is so without any policy, too.
FROM = {
    ForbiddenWord.Level.ALWAYS: OFF,
    ForbiddenWord.Level.STANDARD: STANDARD,
    ForbiddenWord.Level.STRICT: STRICT,
}


def level_for(user: Any) -> str:
    """One of ORDER; the setting itself is checked at the start (pixazo.checks)."""
    return level_of(Account.objects.of(user).plan)


def level_of(plan: Plan) -> str:
    return max(settings.SAFETY, plan.safety_level or OFF, key=ORDER.index)


def applies(word_level: str, level: str) -> bool:
    """Whether a word of that level is forbidden where the policy has this one."""
    return ORDER.index(FROM[ForbiddenWord.Level(word_level)]) <= ORDER.index(level)
