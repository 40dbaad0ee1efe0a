"""The one place that says which names a person may have: names are folders and are in sentences."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 30
SAFE = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST - 1}}}", re.IGNORECASE | re.ASCII)

# Names that would be taken for the site itself, that stand for its own accounts, or that a file
# system of another kind keeps for devices.
RESERVED = frozenset(
    "account accounts admin administrator anonymous api billing demo everyone generated help "
    "media me nobody owner pixazo root security staff static support system webmaster www "
    "aux con nul prn com1 com2 com3 com4 com5 com6 com7 com8 com9 "
    "lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9".split()
)


def check_name(name: str) -> None:
    """Raise `ValidationError` unless the name is safe as a folder of pictures on any disk."""
    if len(name) > LONGEST:
        raise ValidationError(
            _("A name may have %(longest)s characters, this one has %(length)s.")
            % {"longest": LONGEST, "length": len(name)}
        )
    if not SAFE.fullmatch(name):
        raise ValidationError(
            _(
                "Use letters from a to z, digits, hyphens and underscores,"
                " with a letter or a digit first."
            )
        )


def is_reserved(name: str) -> bool:
    """True for names that nobody may choose at sign-up."""
    return name.lower() in RESERVED


def name_from(email: str) -> str:
    """A safe name made of an e-mail address; it may be taken."""
    local = email.partition("@")[0].lower()
    name = re.sub(r"[^a-z0-9_-]+", "-", local).strip("-_")[: LONGEST - 4].rstrip("-_")
    return f"{name}-1" if is_reserved(name) else name or "person"
