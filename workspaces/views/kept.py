"""What the pages of all that is kept for later say and do alike at the end of a change: styles,
themes, lists, saved prompts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pixazo.undo import say_undoable
from workspaces.models.trashable import Trashable


def saved(request: HttpRequest, name: str, page: str) -> HttpResponse:
    """`page` is the name of the address of the list, to which all of these lead."""
    messages.success(request, _("“%(name)s” is saved.") % {"name": name})
    return redirect(page)


def thrown_away(
    request: HttpRequest, row: Trashable, name: str, page: str, undo: str
) -> HttpResponse:
    """Into the trash; `undo` is the name of the address that has it back."""
    row.trash()
    sentence = _("“%(name)s” is in the trash.") % {"name": name}
    say_undoable(request, sentence, reverse(undo, args=[row.pk]))
    return redirect(page)


def had_back(request: HttpRequest, row: Trashable, name: str, page: str) -> HttpResponse:
    row.restore()
    messages.success(request, _("“%(name)s” is back.") % {"name": name})
    return redirect(page)
