"""A person's own data: asked for, watched, fetched."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import DataExport
from accounts.taking_along import chunks_of
from accounts.tasks import ring_for_export
from pixazo.handing_out import Stored, handed_out


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(allow_get=True)
@never_cache
def own_data(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if request.method == "POST":
        export = DataExport.objects.ask(user)
        ring_for_export(export.pk)
        return redirect("own_data")
    return render(request, "accounts/own_data.html", {"exports": user.exports.all()[:10]})


@require_safe
@login_required
@never_cache
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the page says of it, for a script."""
    return render(request, "accounts/_export.html", {"export": _own(request, pk)})


@require_safe
@login_required
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    found = _own(request, pk)
    if found.state != DataExport.State.DONE:
        raise Http404
    return handed(request, found)


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Away with it; what is at work stops."""
    _own(request, pk).delete()
    return redirect("own_data")


def handed(request: HttpRequest, export: DataExport) -> HttpResponseBase:
    """The file of one that is done."""
    stored = Stored(export.key, export.name, export.size, "application/zip")
    return handed_out(request, stored, lambda: chunks_of(export))


def _own(request: HttpRequest, pk: UUID) -> DataExport:
    return get_object_or_404(DataExport, pk=pk, user=request.user)
