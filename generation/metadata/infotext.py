"""AUTOMATIC1111's text: prompt, "Negative prompt:" and a last line of `Name: value, Name: value`.

https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/master/modules/infotext_utils.py
Read by going through it once: the regular expression used there takes quadratic time over hostile
text.
"""

from dataclasses import dataclass
from typing import Any

from generation.metadata.bounded import json_at

NEGATIVE = "Negative prompt:"
FEWEST = 3  # pairs by which a last line is one of settings
MOST = 500
LONGEST = 100_000  # characters of the last line: "Civitai resources" have a few thousand
# Values that begin like JSON and are none: looking at each costs as much as the depth it pretends.
MOST_BROKEN = 20
JSON = ("[", "{", '"')


@dataclass(frozen=True)
class Infotext:
    prompt: str
    negative_prompt: str
    pairs: dict[str, Any]  # texts; JSON where the value is JSON ("Civitai resources")


def parse(text: str) -> Infotext:
    *lines, last = text.strip().split("\n")
    settings = pairs(last)
    if len(settings) < FEWEST:
        lines.append(last)
        settings = {}
    prompt: list[str] = []
    negative: list[str] = []
    into = prompt
    for line in lines:
        words = line.strip()
        if words.startswith(NEGATIVE):
            into, words = negative, words.removeprefix(NEGATIVE).strip()
        into.append(words)
    return Infotext("\n".join(prompt).strip(), "\n".join(negative).strip(), settings)


def pairs(line: str) -> dict[str, Any]:
    """`Steps: 20, Size: 64x64, Model: "a, b", Civitai resources: [{...}]` by their names."""
    found: dict[str, Any] = {}
    line = line[:LONGEST]
    at = seen = broken = 0
    while at < len(line) and seen < MOST:
        seen += 1
        colon = line.find(":", at)
        if colon < 0:
            break
        # What has no colon of its own belongs to no name: skip to the last comma before one.
        name = line[at:colon].rpartition(",")[2].strip()
        begins = _begins(line, colon + 1)
        value, at = _value(line, begins, may_be_json=broken < MOST_BROKEN)
        broken += line[begins : begins + 1] in JSON and isinstance(value, str)
        found.setdefault(name, value)
    return found


def _begins(line: str, start: int) -> int:
    while start < len(line) and line[start] == " ":
        start += 1
    return start


def _value(line: str, start: int, *, may_be_json: bool) -> tuple[Any, int]:
    """The value that begins there, and where the next name may begin."""
    if may_be_json and line[start : start + 1] in JSON and (read := json_at(line, start)):
        value, end = read
        # A quoted text with something behind it is no quoted text.
        if line[end : end + 1] in ("", ","):
            return value, end + 1
    comma = line.find(",", start)
    end = len(line) if comma < 0 else comma
    return line[start:end].strip(), end + 1


def embedded(value: Any) -> Any:
    """The JSON inside a text that tools quote twice; else the value itself."""
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    read = json_at(value, 0)
    return read[0] if read else value
