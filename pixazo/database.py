"""The only place that limits how long a request or a worker waits for the database.

Commands run by hand (migrations, checks) may take as long as they take: they never call this.
SQLite has a limit of its own, in the settings.
"""

from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connections

# Of DATABASE_SECONDS: after what share the server itself ends a statement, or one that waits behind
# somebody's lock. The whole is for a server that says nothing any more.
STATEMENT, LOCK = 0.8, 0.3


def be_impatient() -> None:
    """From the next connection on, PostgreSQL's errors come instead of endless waits."""
    default = connections.settings["default"]
    if not default["ENGINE"].endswith("postgresql"):
        return
    limits = " ".join(
        f"-c {name}={settings.DATABASE_SECONDS * share * 1000:.0f}"
        for name, share in (("statement_timeout", STATEMENT), ("lock_timeout", LOCK))
    )
    said = default["OPTIONS"].get("options", "")
    if limits not in said:
        default["OPTIONS"]["options"] = f"{said} {limits}".strip()
    _end_silence()


def _end_silence() -> None:
    """A network that is cut, a server that is frozen: psycopg would wait for ever, as neither
    Django nor its pool ever gives it the limit that it knows. So it gets one for all it does."""
    from psycopg import Connection, OperationalError
    from psycopg.pq import TransactionStatus

    wait = Connection.wait
    if getattr(wait, "is_impatient", False):
        return

    @wraps(wait)
    def limited(driver: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("timeout", settings.DATABASE_SECONDS)
        try:
            return wait(driver, *args, **kwargs)
        except OperationalError:
            if driver.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # Not answered. What the server still does is unknown: it is of no use any more.
                driver.pgconn.finish()
            raise

    limited.is_impatient = True  # type: ignore[attr-defined]
    Connection.wait = limited  # type: ignore[method-assign, assignment]
