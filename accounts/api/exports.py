"""`/api/v1/exports`: a person's own data as one file, asked for, watched, fetched.

It says more of them than any key reads elsewhere (addresses, sign-ins), so that a key needs
`manage` to have it made and to fetch it, and a page what the page “Your data” needs.
"""

from typing import Any, cast
from uuid import UUID

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from accounts.models import DataExport
from accounts.tasks import ring_for_export
from accounts.views.own_data import handed
from pixazo import paging
from pixazo.api import Door, DoorRequest, address
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ


class NotSure(UserError):
    code = "sign_in_again"
    status = 403


class Exports(Door):
    """One is made at a time, and the newest takes the place of those before."""

    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest) -> Response:
        shown, more = paging.page(request, request.user.exports.all(), ("-id",))
        return Response({"exports": [_answer(request, each) for each in shown], "next": more})

    def post(self, request: DoorRequest) -> Response:
        if request.auth is None and is_reauthentication_required(
            cast(HttpRequest, request), app="accounts"
        ):
            raise NotSure(_("Ask for it on the page “Your data”, which asks who you are."))
        export = DataExport.objects.ask(request.user)
        ring_for_export(export.pk)
        return Response(_answer(request, export), status=status.HTTP_202_ACCEPTED)


class OneExport(Door):
    scopes = {"GET": READ, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return Response(_answer(request, _own(request, pk)))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Away with it; what is at work stops."""
        _own(request, pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExportFile(Door):
    scopes = {"GET": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> HttpResponseBase:
        export = _own(request, pk)
        if export.state != DataExport.State.DONE:
            raise Http404
        return handed(cast(HttpRequest, request), export)


def _own(request: DoorRequest, pk: UUID) -> DataExport:
    return get_object_or_404(DataExport, pk=pk, user=request.user)


def _answer(request: DoorRequest, export: DataExport) -> dict[str, Any]:
    is_done = export.state == DataExport.State.DONE
    return {
        "id": str(export.pk),
        "state": export.state,
        "done": export.done,
        "total": export.total,
        "bytes": export.size,
        "created": export.created,
        "expires": export.expires,
        "file_url": address(request, "api_export_file", export.pk) if is_done else None,
    }
