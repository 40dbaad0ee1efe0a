"""Reads the Dockerfile: its stages and their steps, in order."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Step:
    """One line of it, such as `COPY package.json ./`: `word` is COPY, `text` what follows."""

    word: str
    text: str

    @property
    def options(self) -> dict[str, str]:
        """`--from=site` and the like, which stand first."""
        found = {}
        for each in shlex.split(self.text):
            if not each.startswith("--"):
                break
            name, _, value = each[2:].partition("=")
            found[name] = value
        return found

    @property
    def words(self) -> list[str]:
        """What follows the options, as a list: of `CMD ["a", "b"]` these two."""
        text = re.sub(r"^(--\S+\s+)+", "", self.text)
        if text.startswith("["):
            return [str(each) for each in json.loads(text)]
        return shlex.split(text)


@dataclass
class Stage:
    name: str
    base: str
    steps: list[Step] = field(default_factory=list)

    def last(self, word: str) -> Step | None:
        return next((step for step in reversed(self.steps) if step.word == word), None)


def stages(path: Path = ROOT / "Dockerfile") -> dict[str, Stage]:
    found: dict[str, Stage] = {}
    stage: Stage | None = None
    for step in _steps(path.read_text()):
        if step.word == "FROM":
            base, _as, name = step.words
            found[name] = stage = Stage(name, base)
        elif stage is not None:
            stage.steps.append(step)
    return found


def _steps(text: str) -> Iterator[Step]:
    whole = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or not (whole or line.strip()):
            continue
        whole += line.strip()
        if whole.endswith("\\"):
            whole = whole[:-1]
            continue
        word, _, rest = whole.partition(" ")
        yield Step(word, rest.strip())
        whole = ""
