"""`/api/styles`, `/api/themes`, `/api/lists`: kept for later, under the rules of their pages."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api.place import place_to_keep
from generation.api.versions import version_sent
from pixazo import paging
from pixazo.api import Door, DoorRequest, refusal
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from workspaces.library.list_fields import ListFields, check
from workspaces.library.style_fields import StyleFields
from workspaces.library.theme_fields import ThemeFields
from workspaces.models import Style, Theme, WordList, word_list
from workspaces.models import style as styles
from workspaces.models.scoped import Scoped
from workspaces.models.theme import MOST as MOST_THEMES
from workspaces.placing import NamedForm, changeable, place, seen

SHOWN = 1_000


class Kind:
    """One kind of them: its rows, its rules, and how many a place may have."""

    rows: ClassVar[type[Scoped]]
    fields: ClassVar[type[NamedForm]]
    most: ClassVar[int]
    called: ClassVar[str]
    long: ClassVar[tuple[str, ...]] = ()  # what a list of them leaves out

    def found(self, request: DoorRequest) -> QuerySet[Any]:
        rows: Any = self.rows.objects.living()  # type: ignore[attr-defined]
        return rows.select_related("workspace")

    def check(self, row: Any, user: Any) -> None:
        """Raises `ValidationError` where it does not fit its place."""

    def filled(self, row: Any, sent: Mapping[str, Any], user: Any) -> None:
        """Raises `UserError` with the fields that are wrong; what is not sent stays."""
        fields = self.fields.base_fields
        if unknown := set(sent) - set(fields):
            sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
            raise UserError(sentence, code="invalid")
        values = {name: getattr(row, name) for name in fields} | dict(sent)
        for name, value in values.items():
            if isinstance(value, bool) or not isinstance(value, str | int | float | None):
                sentence = _("“%(name)s” must be a text or a number.") % {"name": name}
                raise UserError(sentence, code="invalid", fields={name: [sentence]})
        form = self.fields({name: "" if each is None else each for name, each in values.items()})
        if not form.is_valid():
            said = form.sentences
            raise UserError(next(iter(said.values()))[0], code="invalid", fields=said)
        form.fill(row)
        try:
            self.check(row, user)
        except ValidationError as error:
            raise refusal(error) from None

    def answer(self, row: Any) -> dict[str, Any]:
        known = {name: getattr(row, name) for name in self.fields.base_fields}
        return {
            "id": str(row.pk),
            "scope": row.scope,
            "workspace": row.workspace.slug if row.workspace else None,
            "version": row.version,
            **known,
        }

    def short(self, row: Any) -> dict[str, Any]:
        """Where many are listed."""
        return self.answer(row)


class Several(Kind, Door):
    """All that the caller may choose, by name; `POST` keeps one."""

    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest) -> Response:
        rows = seen(self.found(request).defer(*self.long), request.user)
        found, more = paging.page(request, rows, ["name", "id"], usual=SHOWN, most=SHOWN)
        return Response({self.called: [self.short(row) for row in found], "next": more})

    def post(self, request: DoorRequest) -> Response:
        """One's own, or with `workspace`, a slug, everybody's there."""
        sent = dict(request.data)
        row = self.rows(owner=request.user)
        place(row, place_to_keep(request.user, sent.pop("workspace", None)), request.user)
        self.filled(row, sent, request.user)
        rows: Any = self.rows.objects.living()  # type: ignore[attr-defined]
        rows.keep(row, self.most)
        return Response(self.answer(row), status=status.HTTP_201_CREATED)


class One(Kind, Door):
    matches = True
    scopes = {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        rows = seen(self.found(request), request.user)
        return Response(self.answer(get_object_or_404(rows, pk=pk)))

    def patch(self, request: DoorRequest, pk: UUID) -> Response:
        """What is sent; all else stays."""
        row = changeable(self.found(request), request.user, pk)
        sent = dict(request.data)
        if "workspace" in sent:
            place(row, place_to_keep(request.user, sent.pop("workspace")), request.user)
        version = version_sent(request, sent, row.version)
        self.filled(row, sent, request.user)
        row.write_over(version)
        return Response(self.answer(row))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Into the trash, for 30 days: `/api/trash` has it."""
        changeable(self.found(request), request.user, pk).trash()
        return Response(status=status.HTTP_204_NO_CONTENT)


class OfStyles(Kind):
    rows, fields, most, called = Style, StyleFields, styles.MOST, "styles"


class OfThemes(Kind):
    rows, fields, most, called = Theme, ThemeFields, MOST_THEMES, "themes"


class OfLists(Kind):
    rows, fields, most, called = WordList, ListFields, word_list.MOST, "lists"
    long = ("lines",)

    def short(self, row: Any) -> dict[str, Any]:
        return {
            "id": str(row.pk),
            "scope": row.scope,
            "workspace": row.workspace.slug if row.workspace else None,
            "name": row.name,
            "version": row.version,
            "count": row.count,
            "sample": row.sample,
        }

    def check(self, row: Any, user: Any) -> None:
        if row.twin():
            raise ValidationError({"name": _("There is a list of this name already.")})
        check(row, user)


class Styles(OfStyles, Several): ...


class OneStyle(OfStyles, One): ...


class Themes(OfThemes, Several): ...


class OneTheme(OfThemes, One): ...


class WordLists(OfLists, Several): ...


class OneList(OfLists, One): ...
