"""What the doors of all that is kept for later share: who sees it, who may change it, and the field
that says where it can be used."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pixazo.errors import UserError
from workspaces.models import Membership, Scope, Workspace
from workspaces.models.scoped import Scoped
from workspaces.names import plain_name
from workspaces.roles import Action, who_may
from workspaces.telling_apart import labelled

Row = TypeVar("Row", bound=Scoped)


class PlaceField(forms.ModelChoiceField):
    """A workspace, or nothing for what is one's own. Its form sets the `queryset`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": gettext_lazy("Where it can be chosen"),
            "empty_label": gettext_lazy("By me, in every workspace"),
        } | kwargs
        super().__init__(Workspace.objects.none(), required=False, **kwargs)
        self._labels: dict[Any, str] | None = None

    def label_from_instance(self, obj: Any) -> str:
        if self._labels is None:
            self._labels = {row.pk: row.label for row in labelled(self.queryset or ())}
        return self._labels[obj.pk]


def places_of(user: Any) -> QuerySet[Workspace]:
    """The workspaces where this person may keep something for everybody."""
    mine = Membership.objects.filter(user=user, role__in=who_may(Action.MAKE))
    return Workspace.objects.filter(memberships__in=mine).order_by("name")


def place(row: Scoped, workspace: Workspace | None, user: Any) -> None:
    """Say where the row belongs, which is not saved yet."""
    row.workspace = workspace
    row.scope = Scope.WORKSPACE if workspace else Scope.PERSONAL
    if workspace is None:
        row.owner = user  # a workspace's owner may have taken somebody else's


class NamedForm(forms.Form):
    """Every field bears the name of what it fills in the row."""

    nameless: ClassVar[Any]  # what is said of a name that is none

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput({"autofocus": True})
    )

    @classmethod
    def known(cls, row: Scoped) -> dict[str, Any]:
        """What the form begins with where a row is changed."""
        return {name: getattr(row, name) for name in cls.base_fields}

    def clean_name(self) -> str:
        name = plain_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(self.nameless)
        return name

    def fill(self, row: Scoped) -> None:
        """Fill in the row, which is not saved yet."""
        for name in self.fields:
            setattr(row, name, self.cleaned_data[name])

    @property
    def sentences(self) -> dict[str, list[str]]:
        """What is wrong, field by field."""
        return {name: [str(each) for each in said] for name, said in self.errors.items()}


class ScopedForm(NamedForm):
    """With the place where the row can be chosen."""

    workspace = PlaceField()

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        field: Any = self.fields["workspace"]
        field.queryset = places_of(user)

    def put_into(self, row: Scoped) -> None:
        """Fill in the row, which is not saved yet, and say where it belongs."""
        self.fill(row)
        place(row, self.cleaned_data["workspace"], self.user)


class NotYours(UserError):
    code = "not_yours"
    status = 403


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
    """One that this person may change. 404 for what they don't see; raises `NotYours` for what
    they do."""
    row: Row | None = seen(rows, user).filter(pk=pk).first()
    if row is None:
        raise Http404
    memberships = Membership.objects.filter(user=user, workspace=row.workspace)
    if not _may_change(row, user, {each.workspace_id: each for each in memberships}):
        if getattr(row, "deleted", None):
            raise Http404  # nobody else looks into their trash
        if row.scope == Scope.SITE:
            raise NotYours(_("This is the site's, for everybody. Copy it, and change your copy."))
        raise NotYours(
            _("Somebody else made this. Only they or the workspace's owner may change it.")
        )
    return row


def _may_change(row: Scoped, user: Any, memberships: dict[Any, Membership]) -> bool:
    if row.scope == Scope.PERSONAL:
        return bool(row.owner_id == user.pk)
    membership = memberships.get(row.workspace_id)
    return bool(membership and row.may_change(membership))
