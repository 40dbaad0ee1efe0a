"""What the pages of themes and of styles share: whose they are, who may change them, the form."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy

from workspaces.models import Membership, Scope, Workspace
from workspaces.models.scoped import Scoped
from workspaces.names import plain_name

Row = TypeVar("Row", bound=Scoped)


class ScopedForm(forms.Form):
    """Every field bears the name of what it fills in the row."""

    nameless: ClassVar[Any]  # what is said of a name that is none

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput({"autofocus": True})
    )
    workspace = forms.ModelChoiceField(
        Workspace.objects.none(),
        label=gettext_lazy("Where it can be chosen"),
        required=False,
        empty_label=gettext_lazy("By me, in every workspace"),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        may_work = [Membership.Role.OWNER, Membership.Role.EDITOR]
        mine = Membership.objects.filter(user=user, role__in=may_work)
        field: Any = self.fields["workspace"]
        field.queryset = Workspace.objects.filter(memberships__in=mine).order_by("name")

    @classmethod
    def known(cls, row: Scoped) -> dict[str, Any]:
        """What the form begins with where a row is changed."""
        return {name: getattr(row, name) for name in cls.base_fields}

    def clean_name(self) -> str:
        name = plain_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(self.nameless)
        return name

    def put_into(self, row: Scoped) -> None:
        """Fill in the row, which is not saved yet."""
        for name in self.fields:
            setattr(row, name, self.cleaned_data[name])
        row.scope = Scope.WORKSPACE if row.workspace else Scope.PERSONAL
        if row.workspace is None:
            row.owner = self.user  # a workspace's owner may have taken somebody else's


def seen(rows: QuerySet[Row], user: Any) -> QuerySet[Row]:
    return rows.filter(
        Q(scope=Scope.SITE)
        | Q(scope=Scope.PERSONAL, owner=user)
        | Q(scope=Scope.WORKSPACE, workspace__in=Workspace.objects.visible_to(user))
    )


def marked(rows: Iterable[Row], user: Any) -> list[Row]:
    """Each with `changeable`: whether this person may change it."""
    memberships = {each.workspace_id: each for each in Membership.objects.filter(user=user)}
    found: list[Any] = list(rows)
    for row in found:
        row.changeable = _may_change(row, user, memberships)
    return found


def changeable(rows: QuerySet[Row], user: Any, pk: UUID) -> Row:
    """One that this person may change; 404 for all others."""
    row: Row | None = seen(rows, user).filter(pk=pk).first()
    if row is None:
        raise Http404
    memberships = Membership.objects.filter(user=user, workspace=row.workspace)
    if not _may_change(row, user, {each.workspace_id: each for each in memberships}):
        raise Http404
    return row


def _may_change(row: Scoped, user: Any, memberships: dict[Any, Membership]) -> bool:
    if row.scope == Scope.PERSONAL:
        return bool(row.owner_id == user.pk)
    membership = memberships.get(row.workspace_id)
    return bool(membership and row.may_change(membership))
