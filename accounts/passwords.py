"""What a password may not be here, beside what is refused everywhere."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Words that whoever guesses tries at this site first.
NAMES_OF_THE_SITE = ("pixazo",)


class SiteNameValidator:
    """Refuses the site's name with a little around it; within a long phrase it does no harm."""

    ROOM = 6

    def validate(self, password: str, user: Any = None) -> None:
        for name in NAMES_OF_THE_SITE:
            if name in password.lower() and len(password) < len(name) + self.ROOM:
                raise ValidationError(_("This is the name of the site with little around it."))

    def get_help_text(self) -> str:
        return _("Not the name of the site with little around it.")
