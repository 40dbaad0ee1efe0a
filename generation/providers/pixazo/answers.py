"""Where the gateway's answers have the picture's address, in any of the forms that were seen."""

from collections.abc import Iterable, Mapping
from typing import Any

# The vendor's own client looks in this order; the rest is from its pages. A model whose answer has
# it elsewhere says so in its adapter.
RESULTS = ("output.media_url", "output", "image_url", "output_url", "url", "imageUrl")
REASONS = ("error", "message", "detail")


def result(answer: Mapping[str, Any], places: Iterable[str] = ()) -> str:
    """The picture's address, "" if there is none."""
    for place in tuple(places) or RESULTS:
        found = _at(answer, place)
        if isinstance(found, list) and found:
            found = found[0]
        if isinstance(found, str) and found.startswith(("http://", "https://")):
            return found
    return ""


def reason(answer: Mapping[str, Any]) -> str:
    """What it says of a failure."""
    return next((str(answer[name]) for name in REASONS if answer.get(name)), "")


def _at(answer: Any, place: str) -> Any:
    """By names, and by numbers of a list's places: "results.0.imageUrl"."""
    for name in place.split("."):
        if isinstance(answer, list) and name.isdigit() and int(name) < len(answer):
            answer = answer[int(name)]
        elif isinstance(answer, Mapping):
            answer = answer.get(name)
        else:
            return None
    return answer
