"""Where an experiment is asked for, and what can be named there: read once for all its cells."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from generation.expand import LinesOf, lines_in
from generation.families import are_alike
from generation.models import ImageModel, Input, Lora
from pixazo.errors import UserError
from workspaces.models import Style, Theme, Topic, Workspace
from workspaces.models.topic import topic_id


@dataclass(frozen=True)
class Place:
    workspace: Workspace
    author: Any

    @cached_property
    def models(self) -> list[ImageModel]:
        """That this person may use; each knows it and need not be asked again."""
        rows = ImageModel.objects.seen_by(self.author).select_related("service")
        usable = ImageModel.objects.usable_by(self.author).values("pk")
        return list(rows.filter(pk__in=usable).order_by("trouble", "position", "name"))

    @cached_property
    def styles(self) -> list[Style]:
        return list(Style.objects.usable_in(self.workspace, self.author))

    @cached_property
    def lines_of(self) -> LinesOf:
        """Word lists, read once for all cells."""
        return lines_in(self.workspace, self.author)

    @cached_property
    def loras(self) -> dict[str, Lora]:
        return {lora.slug: lora for lora in Lora.objects.usable_by(self.author)}

    @cached_property
    def _themes(self) -> dict[str, Theme]:
        rows = Theme.objects.usable_in(self.workspace, self.author)
        return {str(theme.pk): theme for theme in rows}

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {}

    @cached_property
    def _first_topic(self) -> Topic:
        return self.workspace.default_topic

    @cached_property
    def _pictures(self) -> dict[tuple[str, str], Input]:
        return {}

    def model(self, name: str) -> ImageModel:
        """By slug or name; without one the first. Raises `UserError`."""
        wanted = name.strip().lower()
        for model in self.models:
            if not wanted or wanted in (model.slug, model.name.lower()):
                return model
        raise _missing(
            "model", _("There is no model “%(name)s” that you can use.") % {"name": name[:60]}
        )

    def style(self, name: str) -> Style:
        """By id or name. Raises `UserError`."""
        wanted = name.strip().lower()
        for style in self.styles:
            if wanted in (str(style.pk), style.name.lower()):
                return style
        raise _missing("style", _("There is no style “%(name)s” here.") % {"name": name[:60]})

    def topic(self, pk: str) -> Topic:
        """The first one where none is named, or it has gone."""
        if pk not in self._topics:
            known = topic_id(pk)
            rows = self.workspace.topics.living()
            found = rows.filter(pk=known).first() if known else None
            self._topics[pk] = found or self._first_topic
        return self._topics[pk]

    def theme(self, pk: str) -> Theme:
        if pk not in self._themes:
            raise _missing("theme", _("This theme is not there any more. Choose another one."))
        return self._themes[pk]

    def picture(self, name: str, role: str) -> Input:
        """Raises `PictureMissing`."""
        key = name, role
        if key not in self._pictures:
            self._pictures[key] = Input.objects.named(self.workspace, name, role)
        return self._pictures[key]

    def loras_for(self, model: ImageModel) -> list[Lora]:
        if not model.contract.loras:
            return []
        return [each for each in self.loras.values() if are_alike(each.family, model.family)]


def _missing(field: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={field: [sentence]})
