"""What whoever looks at the public gallery may say of a picture: like it, or complain of it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generation.models import Publication, Reason
from generation.views.explore.showing import public_view, shown_row
from pixazo.errors import UserError


@require_POST
@public_view
@login_required
def like(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = shown_row(pk)
    row.like(request.user)
    return _button(request, row, is_liked=True)


@require_POST
@public_view
@login_required
def unlike(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = shown_row(pk)
    row.unlike(request.user)
    return _button(request, row, is_liked=False)


@require_POST
@public_view
@login_required
def complain(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = shown_row(pk)
    reason = request.POST.get("reason", "")
    if reason not in Reason.values:
        sentence = _("Choose what is wrong with it.")
        raise UserError(sentence, code="invalid", fields={"reason": [sentence]})
    if row.complain(request.user, reason, request.POST.get("text", "").strip()):
        messages.success(request, _("Thank you. Staff will look at it."))
    else:
        messages.info(request, _("You told us of this picture before. Staff will look at it."))
    return redirect("explore")


@require_POST
@public_view
@login_required
def take_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """By whoever put it there, whatever they may do in its workspace by now."""
    row = get_object_or_404(Publication, pk=pk, author=request.user)
    if row.withdraw():
        messages.success(request, _("It is in the public gallery no longer."))
    return redirect("explore")


def _button(request: HttpRequest, row: Publication, *, is_liked: bool) -> HttpResponse:
    """The heart with its number as it is now; without a script, the page that it is on."""
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("explore_one", row.pk)
    row.refresh_from_db(fields=["likes"])
    context = {"row": row, "is_liked": is_liked}
    return render(request, "generation/explore/_like.html", context)
