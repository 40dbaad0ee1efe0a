"""Themes: those of the site, of a person and of their workspaces, made and changed (S029, S032)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pixazo.undo import say_undoable
from workspaces.models import Membership, Scope, Theme, Workspace
from workspaces.names import plain_name

MOST = 500  # of one person's, and rows on the page


class ThemeForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput({"autofocus": True})
    )
    base_prompt = forms.CharField(
        label=gettext_lazy("Base prompt"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Goes before every prompt where this theme is chosen."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
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

    def clean_name(self) -> str:
        name = plain_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("A theme needs a name."))
        return name

    def put_into(self, theme: Theme) -> None:
        for name in ("name", "base_prompt", "description", "workspace"):
            setattr(theme, name, self.cleaned_data[name])
        theme.scope = Scope.WORKSPACE if theme.workspace else Scope.PERSONAL
        if theme.workspace is None:
            theme.owner = self.user  # a workspace's owner may have taken somebody else's
        theme.save()


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    memberships = {each.workspace_id: each for each in Membership.objects.filter(user=user)}
    rows = _seen(user).select_related("workspace", "owner").order_by("name", "id")
    themes = list(rows[:MOST])
    for theme in themes:
        theme.changeable = _may_change(theme, user, memberships)
    context = {
        "own": [theme for theme in themes if theme.scope != Scope.SITE],
        "given": [theme for theme in themes if theme.scope == Scope.SITE],
    }
    return render(request, "workspaces/themes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = ThemeForm(user, request.POST or None)
    if form.is_bound and Theme.objects.living().filter(owner=user).count() >= MOST:
        form.add_error(None, _("You have very many themes. Delete one that is no longer used."))
    if form.is_valid():
        theme = Theme(owner=user)
        form.put_into(theme)
        messages.success(request, _("“%(name)s” is saved.") % {"name": theme.name})
        return redirect("themes")
    return render(request, "workspaces/theme.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    theme = _changeable(request, pk)
    names = ("name", "base_prompt", "description", "workspace")
    known = {name: getattr(theme, name) for name in names}
    form = ThemeForm(request.user, request.POST or None, initial=known)
    if form.is_valid():
        form.put_into(theme)
        messages.success(request, _("“%(name)s” is saved.") % {"name": theme.name})
        return redirect("themes")
    return render(request, "workspaces/theme.html", {"form": form, "edited": theme})


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Into the trash. Workspaces that begin with it, and pictures that were made with it, stay as
    they are."""
    theme = _changeable(request, pk)
    theme.trash()
    sentence = _("“%(name)s” is in the trash.") % {"name": theme.name}
    say_undoable(request, sentence, reverse("theme_restore", args=[theme.pk]))
    return redirect("themes")


@require_POST
@login_required
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    theme = _changeable(request, pk, Theme.objects.all())
    theme.restore()
    messages.success(request, _("“%(name)s” is back.") % {"name": theme.name})
    return redirect("themes")


def _seen(user: Any, rows: Any = None) -> Any:
    rows = Theme.objects.living() if rows is None else rows
    return rows.filter(
        Q(scope=Scope.SITE)
        | Q(scope=Scope.PERSONAL, owner=user)
        | Q(scope=Scope.WORKSPACE, workspace__in=Workspace.objects.visible_to(user))
    )


def _changeable(request: HttpRequest, pk: UUID, rows: Any = None) -> Theme:
    """One that this person may change; 404 for all others."""
    user: Any = request.user
    theme: Theme | None = _seen(user, rows).filter(pk=pk).first()
    if theme is None:
        raise Http404
    memberships = Membership.objects.filter(user=user, workspace=theme.workspace)
    if not _may_change(theme, user, {each.workspace_id: each for each in memberships}):
        raise Http404
    return theme


def _may_change(theme: Theme, user: Any, memberships: dict[Any, Membership]) -> bool:
    if theme.scope == Scope.PERSONAL:
        return bool(theme.owner_id == user.pk)
    membership = memberships.get(theme.workspace_id)
    return bool(membership and theme.may_change(membership))
