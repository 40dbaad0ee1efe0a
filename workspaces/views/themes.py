"""Themes: those of the site, of a person and of their workspaces, made and changed (S029, S032)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workspaces.library.theme_fields import ThemeFields
from workspaces.listening import token_of
from workspaces.models import Scope, Theme
from workspaces.models.scoped import TooManyKept
from workspaces.models.theme import MOST
from workspaces.models.versioned import ChangedMeanwhile
from workspaces.placing import ScopedForm, changeable, marked, seen
from workspaces.views.kept import had_back, saved, thrown_away
from workspaces.views.versions import is_there, status_of, to_edit, told_apart, version_sent


class ThemeForm(ThemeFields, ScopedForm):
    field_order = ("name", "base_prompt", "description", "workspace")


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    rows = seen(Theme.objects.living(), user).select_related("workspace").order_by("name", "id")
    themes = marked(rows[:MOST], user)
    context = {
        "token": token_of(request.user),
        "own": [theme for theme in themes if theme.scope != Scope.SITE],
        "given": [theme for theme in themes if theme.scope == Scope.SITE],
    }
    return render(request, "workspaces/themes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = ThemeForm(user, request.POST or None)
    if form.is_valid():
        theme = Theme(owner=user)
        form.put_into(theme)
        try:
            Theme.objects.living().keep(theme, MOST)
        except TooManyKept as error:
            form.add_error(None, error.sentence)
        else:
            return saved(request, theme.name, "themes")
    return render(request, "workspaces/theme.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    theme = to_edit(request, Theme, pk)
    form = ThemeForm(request.user, request.POST or None, initial=ThemeForm.known(theme))
    if form.is_valid() and is_there(request, theme):
        form.put_into(theme)
        try:
            theme.write_over(version_sent(request))
        except ChangedMeanwhile:
            theme = to_edit(request, Theme, pk)
            known, context = ThemeForm.known(theme), {"edited": theme}
            if page := told_apart(request, "workspaces/theme.html", form, known, context):
                return page
        return saved(request, theme.name, "themes")
    status = status_of(theme)
    return render(request, "workspaces/theme.html", {"form": form, "edited": theme}, status=status)


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Into the trash. Workspaces that begin with it, and pictures that were made with it, stay as
    they are."""
    theme = changeable(Theme.objects.living(), request.user, pk)
    return thrown_away(request, theme, theme.name, "themes", "theme_restore")


@require_POST
@login_required
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    theme = changeable(Theme.objects.all(), request.user, pk)
    return had_back(request, theme, theme.name, "themes")
