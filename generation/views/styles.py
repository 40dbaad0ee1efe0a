"""Styles: those of the site, of a person and of their workspaces, made and changed (S030, S032)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generation.models import ImageModel
from workspaces.library.style_fields import StyleFields
from workspaces.listening import token_of
from workspaces.models import Scope, Style
from workspaces.models.scoped import TooManyKept
from workspaces.models.style import MOST
from workspaces.models.versioned import ChangedMeanwhile
from workspaces.placing import ScopedForm, changeable, marked, seen
from workspaces.views.kept import had_back, saved, thrown_away
from workspaces.views.versions import is_there, status_of, to_edit, told_apart, version_sent


class StyleForm(StyleFields, ScopedForm):
    model = forms.ChoiceField(
        label=gettext_lazy("Model"),
        required=False,
        help_text=gettext_lazy("What is chosen from here on is filled into the studio's form."),
    )

    field_order = (
        "name",
        "positive_prompt",
        "negative_prompt",
        "workspace",
        "model",
        "num_inference_steps",
        "guidance_scale",
        "seed",
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        usable = ImageModel.objects.seen_by(user).usable_by(user).order_by("position", "name")
        choices = list(usable.values_list("slug", "name"))
        # One that has gone since stays what the style says, until somebody chooses another.
        kept = self.initial.get("model")
        if kept and kept not in dict(choices):
            choices.append((kept, kept))
        model: Any = self.fields["model"]
        model.choices = [("", _("Whichever is chosen")), *choices]


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    rows = seen(Style.objects.living(), request.user).select_related("workspace")
    styles = marked(rows.order_by("position", "name", "id")[:MOST], request.user)
    names = dict(ImageModel.objects.values_list("slug", "name"))
    for style in styles:
        style.model_name = names.get(style.model, style.model)
    context = {
        "token": token_of(request.user),
        "own": [style for style in styles if style.scope != Scope.SITE],
        "given": [style for style in styles if style.scope == Scope.SITE],
    }
    return render(request, "generation/styles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    form = StyleForm(request.user, request.POST or None)
    if form.is_valid():
        user: Any = request.user
        style = Style(owner=user)
        form.put_into(style)
        try:
            Style.objects.living().keep(style, MOST)
        except TooManyKept as error:
            form.add_error(None, error.sentence)
        else:
            return saved(request, style.name, "styles")
    return render(request, "generation/style.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    style = to_edit(request, Style, pk)
    form = StyleForm(request.user, request.POST or None, initial=StyleForm.known(style))
    if form.is_valid() and is_there(request, style):
        form.put_into(style)
        try:
            style.write_over(version_sent(request))
        except ChangedMeanwhile:
            style = to_edit(request, Style, pk)
            known, context = StyleForm.known(style), {"edited": style}
            if page := told_apart(request, "generation/style.html", form, known, context):
                return page
        return saved(request, style.name, "styles")
    status = status_of(style)
    return render(request, "generation/style.html", {"form": form, "edited": style}, status=status)


@require_safe
@login_required
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a new one that begins as another is: nobody but staff changes the site's."""
    style = get_object_or_404(seen(Style.objects.living(), request.user), pk=pk)
    form = StyleForm(request.user, initial=StyleForm.known(style) | {"workspace": None})
    return render(request, "generation/style.html", {"form": form})


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Into the trash. Pictures that were made with it, and what they say of it, stay."""
    style = changeable(Style.objects.living(), request.user, pk)
    return thrown_away(request, style, style.name, "styles", "style_restore")


@require_POST
@login_required
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    style = changeable(Style.objects.all(), request.user, pk)
    return had_back(request, style, style.name, "styles")
