"""Django's sessions in the database, asked for by a kept statement: every page of somebody who is
signed in begins with it (decision 9)."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from pixazo.prepared import Rows


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _ALIVE.first(key=self.session_key, moment=now())
        if found is None:
            self._session_key = None
        return found


_ALIVE: Rows[Session] = Rows(
    lambda key, moment: Session.objects.filter(session_key=key, expire_date__gt=moment),
    planned_once=True,
    key=str,
    moment=datetime,
)
