"""A saved prompt: made, changed, made once more, thrown away and had back (S178, S179)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generation.views.prompts.form import SavedPromptForm
from workspaces.models import SavedPrompt
from workspaces.models.saved_prompt import MOST
from workspaces.models.scoped import TooManyKept
from workspaces.models.versioned import ChangedMeanwhile
from workspaces.placing import changeable, seen
from workspaces.views.kept import had_back, saved, thrown_away
from workspaces.views.versions import is_there, status_of, to_edit, told_apart, version_sent


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = SavedPromptForm(user, request.POST or None)
    row = SavedPrompt(owner=user)
    if form.is_bound and form.fits(row):
        try:
            SavedPrompt.objects.living().keep(row, MOST)
        except TooManyKept as error:
            form.add_error(None, error.sentence)
        else:
            return saved(request, row.title, "prompts")
    return render(request, "generation/prompts/prompt.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = to_edit(request, SavedPrompt, pk)
    form = SavedPromptForm(request.user, request.POST or None, initial=SavedPromptForm.known(row))
    title = row.title
    if form.is_bound and form.fits(row) and is_there(request, row):
        try:
            row.write_over(version_sent(request))
        except ChangedMeanwhile:
            row = to_edit(request, SavedPrompt, pk)
            now, around = SavedPromptForm.known(row), {"edited": row, "title": row.title}
            if page := told_apart(request, "generation/prompts/prompt.html", form, now, around):
                return page
        return saved(request, row.title, "prompts")
    context = {"form": form, "edited": row, "title": title}
    return render(request, "generation/prompts/prompt.html", context, status=status_of(row))


@require_safe
@login_required
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a new one that begins as this one is."""
    row = get_object_or_404(seen(SavedPrompt.objects.living(), request.user), pk=pk)
    # The form offers the places where this person may keep something; another is not chosen.
    begins = {"title": _("%(title)s (copy)") % {"title": row.title[:180]}}
    form = SavedPromptForm(request.user, initial=SavedPromptForm.known(row) | begins)
    return render(request, "generation/prompts/prompt.html", {"form": form})


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Into the trash."""
    row = changeable(SavedPrompt.objects.living(), request.user, pk)
    return thrown_away(request, row, row.title, "prompts", "prompt_restore")


@require_POST
@login_required
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = changeable(SavedPrompt.objects.all(), request.user, pk)
    return had_back(request, row, row.title, "prompts")
