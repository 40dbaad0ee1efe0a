"""What a page says where two people have changed the same: theirs beside mine, and a choice; where
one of them has thrown it away, that it is in the trash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workspaces.models.trashable import Trashable
from workspaces.placing import changeable

Row = TypeVar("Row", bound=Trashable)


@dataclass(frozen=True)
class Difference:
    label: str
    mine: str
    theirs: str


def to_edit(request: HttpRequest, kind: type[Row], pk: UUID) -> Row:
    """The row of that id. What was written for one that lies in the trash by now is not lost: the
    page shows it (`is_there`), still over the version that it was opened on."""
    if request.method != "POST":
        return changeable(kind.objects.living(), request.user, pk)
    row: Row = changeable(kind.objects.all(), request.user, pk)
    if row.deleted:
        row.version = version_sent(request) or row.version
    return row


def is_there(request: HttpRequest, row: Trashable) -> bool:
    """Whether it can be written; put back first, where that was asked for."""
    if row.deleted and "put_back" in request.POST:
        row.restore()
        row.deleted = None
    return row.deleted is None


def status_of(row: Trashable) -> int:
    return 409 if row.deleted else 200


def version_sent(request: HttpRequest) -> int | None:
    """The version that the form was opened on; None of a form that says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def told_apart(
    request: HttpRequest,
    template: str,
    form: forms.BaseForm,
    known: Mapping[str, Any],
    context: Mapping[str, Any],
) -> HttpResponse | None:
    """The page once more, with what was sent and with what is `known` by now. Its form is over the
    newer version: saved again, it counts. None where both wrote the same."""
    found = differences(form, known)
    if getattr(context.get("edited"), "deleted", None):
        found = []  # said once it is back
    elif not found:
        return None
    row: Any = context.get("edited") or getattr(request, "workspace", None)
    last = row.history.select_related("history_user").first() if found and row else None
    if last is not None:
        # Whose account is gone, or what no person changed, is nobody's.
        row.changed_by, row.changed_at = last.history_user, last.history_date
    known = {**context, "form": form, "differences": found}
    return render(request, template, known, status=409)


def differences(form: forms.BaseForm, known: Mapping[str, Any]) -> list[Difference]:
    pairs = (
        Difference(
            str(form[name].label),
            _words(field, form[name].value()),
            _words(field, known.get(name)),
        )
        for name, field in form.fields.items()
    )
    return [each for each in pairs if each.mine != each.theirs]


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(value, Model):
        value = value.pk
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices}
        return labels.get(text, text)
    if isinstance(field, forms.FloatField):
        return _number(text)
    return text


def _number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text
