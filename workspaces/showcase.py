"""The pictures that the public pages show: drawn by the starter model, each with its prompt.

`python -m tools.showcase` draws them into `static/showcase/`; without them the pages do without.
"""

import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "showcase"


@dataclass(frozen=True)
class ShowcasePicture:
    file: str  # relative to static/
    prompt: str


@cache
def pictures() -> tuple[ShowcasePicture, ...]:
    try:
        listed = json.loads((FOLDER / "pictures.json").read_text())
    except FileNotFoundError:
        return ()
    return tuple(ShowcasePicture(f"showcase/{each['file']}", each["prompt"]) for each in listed)
