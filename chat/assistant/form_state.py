"""What the studio's form holds at the moment that somebody asks about it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from generation.contract import PROMPT_LENGTH
from generation.models import ImageModel
from workspaces.models import Style, Workspace
from workspaces.names import plain_text

LONGEST_NAME = 100


@dataclass(frozen=True)
class FormState:
    """Texts, as a form sends them; empty for what is not in it."""

    prompt: str = ""
    negative_prompt: str = ""
    model: str = ""
    style: str = ""
    width: str = ""
    height: str = ""
    num_inference_steps: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "FormState":
        found = {}
        for name in cls.__dataclass_fields__:
            longest = PROMPT_LENGTH if name.endswith("prompt") else LONGEST_NAME
            value = sent.get(name, "")
            found[name] = plain_text(value).strip()[:longest] if isinstance(value, str) else ""
        return cls(**found)

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Allowed:
    """What this person may use there: nothing else is ever proposed."""

    models: tuple[ImageModel, ...]
    styles: tuple[Style, ...]

    @classmethod
    def of(cls, person: Any, workspace: Workspace) -> "Allowed":
        models = ImageModel.objects.usable_by(person).order_by("trouble", "position", "name")
        styles: Any = Style.objects.usable_in(workspace, person)
        return cls(tuple(each for each in models if "text" in each.contract.modes), tuple(styles))

    def model(self, form: FormState) -> ImageModel | None:
        """The chosen one, else the first; None where there is none."""
        chosen = (each for each in self.models if each.slug == form.model)
        return next(chosen, next(iter(self.models), None))

    def style(self, form: FormState) -> Style | None:
        return next((each for each in self.styles if str(each.pk) == form.style), None)
