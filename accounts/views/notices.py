"""What a person is told on all their devices, for the bell and for their programs."""

from typing import Any

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
        """`{"seen": true}`: all that there are have been looked at."""
        if request.data != {"seen": True}:
            raise UserError(_("Send `seen` as true, and nothing else."), code="invalid")
        Notice.objects.filter(user=request.user).look()
        return self.get(request)

    def delete(self, request: DoorRequest) -> Response:
        """All of them."""
        Notice.objects.filter(user=request.user).delete()
        return Response(status=204)


def _answer(row: Notice) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "text": shown(row.text),
        "link": row.link,
        "created": row.created,
        "seen": row.seen,
    }
