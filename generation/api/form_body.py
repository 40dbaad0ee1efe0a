"""Reads a multipart form as if it were the JSON that the door takes; files are among its values."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser

from generation.api.spellings import BOOLEANS, LISTS, NUMBERS, canonical
from generation.contract import as_number
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.json_body import PictureJsonBody
from pixazo.upload_limit import refuse_cut_off

# Files come as multipart, all else better as JSON.
PARSERS = [PictureJsonBody, MultiPartParser]


def body_of(request: DoorRequest) -> dict[str, Any]:
    """The request's fields; of a form, numbers and lists are read from its texts."""
    data: Any = request.data
    refuse_cut_off(request)
    if not isinstance(data, QueryDict):
        return dict(data)
    return {name: _value(name, data.getlist(name)) for name in data}


def _value(name: str, given: list[Any]) -> Any:
    if name == "settings":
        return _object(given[-1])
    meant = canonical(name)
    if meant in LISTS:
        return given
    value = given[-1]
    if isinstance(value, UploadedFile):
        return value
    if meant in NUMBERS:
        return _number(value)
    if meant in BOOLEANS:
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower(), value)
    return value


def _number(text: str) -> Any:
    """A number, or the text as it came: the door refuses it by its name. Empty is left out."""
    if not text.strip():
        return None
    try:
        number = as_number(text, "")
    except ValueError:
        return text
    return int(text) if text.strip().lstrip("+-").isdecimal() else number


def _object(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        sentence = _("`settings` must be a JSON object.")
        raise UserError(sentence, code="invalid", fields={"settings": [sentence]}) from None
