"""Word lists: those of the site, of a person and of their workspaces, made and changed (W19)."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workspaces.library import list_files
from workspaces.library.list_fields import ListFields, check
from workspaces.library.shadows import meant
from workspaces.listening import token_of
from workspaces.models import Scope, WordList
from workspaces.models.scoped import TooManyKept
from workspaces.models.versioned import ChangedMeanwhile
from workspaces.models.word_list import MOST, NameTaken
from workspaces.placing import ScopedForm, changeable, marked, seen
from workspaces.views.importing import Kind, import_page
from workspaces.views.kept import had_back, saved, thrown_away
from workspaces.views.versions import is_there, status_of, to_edit, told_apart, version_sent

SHOWN = 500  # rows on the page
EXPORTED = 1_000
KIND = Kind(
    back="lists",
    title=gettext_lazy("Import lists"),
    lead=gettext_lazy(
        "A text file with one entry on each line becomes a list; a JSON file brings several."
    ),
    accept=".txt,.json",
    example=list_files.EXAMPLE,
    read=list_files.read,
    keep=list_files.keep,
    name=gettext_lazy("Name of the list"),
)


class ListForm(ListFields, ScopedForm):
    field_order = ("name", "lines", "workspace")

    def fits(self, row: WordList) -> bool:
        """Put what was sent into the row; False, and said, where it does not fit its place."""
        if not self.is_valid():
            return False
        self.put_into(row)
        if row.twin():
            self.add_error("name", _("There is a list of this name already."))
            return False
        try:
            check(row, self.user)
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    rows = seen(WordList.objects.living(), user).defer("lines").select_related("workspace")
    lists = marked(rows.order_by("name", "id")[:SHOWN], user)
    context = {
        "token": token_of(request.user),
        "own": [each for each in lists if each.scope != Scope.SITE],
        "given": [each for each in lists if each.scope == Scope.SITE],
    }
    return render(request, "workspaces/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = ListForm(user, request.POST or None)
    row = WordList(owner=user)
    if form.is_bound and form.fits(row):
        try:
            WordList.objects.living().keep(row, MOST)
        except (TooManyKept, NameTaken) as error:
            form.add_error(None, error.sentence)
        else:
            return saved(request, row.name, "lists")
    return render(request, "workspaces/list.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = to_edit(request, WordList, pk)
    name = row.name
    form = ListForm(request.user, request.POST or None, initial=ListForm.known(row))
    if form.is_bound and form.fits(row) and is_there(request, row):
        try:
            row.write_over(version_sent(request))
        except ChangedMeanwhile:
            row = to_edit(request, WordList, pk)
            known, context = ListForm.known(row), {"edited": row, "name": row.name}
            if page := told_apart(request, "workspaces/list.html", form, known, context):
                return page
        return saved(request, row.name, "lists")
    context = {"form": form, "edited": row, "name": name}
    return render(request, "workspaces/list.html", context, status=status_of(row))


@require_safe
@login_required
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a new one that begins as another is: nobody but staff changes the site's."""
    row = get_object_or_404(seen(WordList.objects.living(), request.user), pk=pk)
    form = ListForm(request.user, initial=ListForm.known(row) | {"workspace": None})
    return render(request, "workspaces/list.html", {"form": form})


@require_safe
@login_required
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As the text file that it may come from."""
    row = get_object_or_404(seen(WordList.objects.living(), request.user), pk=pk)
    answer = HttpResponse(row.lines.rstrip("\n") + "\n", content_type="text/plain; charset=utf-8")
    name = f"{row.name.replace('/', '-')}.txt"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """One's own and one's workspaces' as JSON."""
    rows = seen(WordList.objects.living(), request.user).exclude(scope=Scope.SITE)
    lists = {name: row.lines.splitlines() for name, row in meant(rows[:EXPORTED]).items()}
    text = json.dumps(lists, ensure_ascii=False, indent=2) + "\n"
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="lists.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bring(request: HttpRequest) -> HttpResponse:
    return import_page(request, KIND)


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Into the trash. A prompt that names it is refused until it is back."""
    row = changeable(WordList.objects.living(), request.user, pk)
    return thrown_away(request, row, row.name, "lists", "list_restore")


@require_POST
@login_required
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = changeable(WordList.objects.all(), request.user, pk)
    return had_back(request, row, row.name, "lists")
