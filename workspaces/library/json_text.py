"""Reads JSON that a person brings, and says in a sentence why it is none."""

import json
from typing import Any

from django.utils.translation import gettext as _

from workspaces.library.taken import Unreadable


def loaded(text: str) -> Any:
    """Raises `Unreadable`."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise Unreadable(_("The JSON is nested too deeply.")) from None
    except ValueError as error:
        raise Unreadable(_("This isn't valid JSON: %(error)s.") % {"error": error}) from None


def _no_number(name: str) -> None:
    raise ValueError(_("%(name)s is not a number") % {"name": name})
