"""A message of the next page that has an undo: a form, which also works without scripts."""

from django.contrib import messages
from django.http import HttpRequest


def say_undoable(request: HttpRequest, sentence: str, address: str) -> None:
    """`address` is where the undo is asked for, by POST (templates/components/toast.html)."""
    messages.success(request, sentence, extra_tags=address)
