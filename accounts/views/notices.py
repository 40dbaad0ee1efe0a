"""What a person is told on all their devices, for the bell and for their programs."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.models import Notice
from accounts.models.notice import MOST
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from pixazo.texts.kept import shown


class Notices(Door):
    """The last ones, newest first: `{"notices": [{id, text, link, created, seen}], "unseen"}`."""

    scopes = {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest) -> Response:
        rows = list(Notice.objects.filter(user=request.user)[:MOST])
        unseen = sum(row.seen is None for row in rows)
        return Response({"notices": [_answer(row) for row in rows], "unseen": unseen})

    def patch(self, request: DoorRequest) -> Response:
        """`{"seen": true}`: all that there are have been looked at; with a list of ids, these."""
        seen = request.data.get("seen")
        rows = Notice.objects.filter(user=request.user)
        if isinstance(seen, list) and len(seen) <= MOST:
            rows = rows.filter(pk__in=_ids(seen))
        elif seen is not True:
            raise UserError(_("Send `seen` as true, or as a list of ids."), code="invalid")
        rows.look()
        return self.get(request)

    def delete(self, request: DoorRequest) -> Response:
        """All of them."""
        Notice.objects.filter(user=request.user).delete()
        return Response(status=204)


def _ids(seen: list[Any]) -> list[UUID]:
    try:
        return [UUID(each) for each in seen]
    except (ValueError, AttributeError, TypeError):
        raise UserError(_("Send `seen` as true, or as a list of ids."), code="invalid") from None


def _answer(row: Notice) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "text": shown(row.text),
        "link": row.link,
        "kind": row.kind,
        "created": row.created,
        "seen": row.seen,
    }
