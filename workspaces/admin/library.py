"""What everybody on this site can choose: its styles, themes and word lists, made and changed by
staff. What people keep for themselves or for their workspaces is none of staff's business here."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from workspaces.library import list_fields
from workspaces.library.list_fields import ListFields
from workspaces.library.style_fields import StyleFields
from workspaces.library.theme_fields import ThemeFields
from workspaces.models import Scope, Style, Theme, WordList
from workspaces.models.word_list import NameTaken
from workspaces.placing import NamedForm


class SitesForm(forms.ModelForm):
    """Holds what staff write to the rules of the pages where people write the same."""

    rules: ClassVar[type[NamedForm]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.scope, self.instance.workspace, self.instance.owner = Scope.SITE, None, None

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        held = self.rules({name: self.data.get(name, "") for name in self.rules.base_fields})
        if held.is_valid():
            return known | held.cleaned_data
        for name, sentences in held.errors.items():
            if not self.has_error(name):
                self.add_error(None if name == "__all__" else name, list(sentences))
        return known


class StyleForm(SitesForm):
    rules = StyleFields


class ThemeForm(SitesForm):
    rules = ThemeFields


class ListForm(SitesForm):
    rules = ListFields

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        if not self.errors:
            row = WordList(pk=self.instance.pk, scope=Scope.SITE, **_named(known, "name", "lines"))
            try:
                row.check_alone()
                list_fields.check(row, None)
            except NameTaken as error:
                self.add_error("name", error.sentence)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return known


class OfTheSite(admin.ModelAdmin):
    """Nothing is deleted: what staff take away can't be chosen any more, and comes back by an
    action. Were it gone, the next start would make it again."""

    list_filter = (("deleted", admin.EmptyFieldListFilter),)
    search_fields = ("name",)
    actions = ("take_away", "bring_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(scope=Scope.SITE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(boolean=True, description="can be chosen")
    def is_there(self, row: Any) -> bool:
        return row.deleted is None

    @admin.action(description="Take away", permissions=["change"])
    def take_away(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._do(request, rows, "Taken away", lambda row: row.trash())

    @admin.action(description="Bring back", permissions=["change"])
    def bring_back(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._do(request, rows, "Brought back", lambda row: row.restore())

    def _do(
        self, request: HttpRequest, rows: QuerySet[Any], said: str, do: Callable[[Any], bool]
    ) -> None:
        done = [row for row in rows if do(row)]
        for row in done:
            self.log_change(request, row, f"{said}.")
        self.message_user(request, f"{said}: {len(done)}.")


@admin.register(Style)
class StyleAdmin(OfTheSite):
    form = StyleForm
    list_display = ("name", "positive_prompt", "position", "is_there")
    list_editable = ("position",)
    fields = (
        *("name", "positive_prompt", "negative_prompt", "model", "num_inference_steps"),
        *("guidance_scale", "seed", "position", "sample"),
    )

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The list changes nothing but the order."""
        return forms.ModelForm


@admin.register(Theme)
class ThemeAdmin(OfTheSite):
    form = ThemeForm
    list_display = ("name", "base_prompt", "is_there")
    fields = ("name", "base_prompt", "description", "sample")


@admin.register(WordList)
class WordListAdmin(OfTheSite):
    form = ListForm
    list_display = ("name", "count", "sample", "is_there")
    fields = ("name", "lines")


def _named(known: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: known[name] for name in names}
