"""Lines about what matters for security: who did what, when, from where (docs/monitoring.md).

They go where all lines go, which no page of the site can change.
"""

import logging
from typing import Any

from pixazo.logs.context import asked_from

log = logging.getLogger("pixazo.audit")


def note(what: str, *, who: Any = "", **more: Any) -> None:
    """`what` is such as `key.made`; `who` is the id of whoever did it. No secret, no text that
    somebody wrote. `person` is whose account it is about, where somebody else may have done it."""
    told = {name: str(value) for name, value in more.items() if value not in (None, "")}
    if where := asked_from():
        told["from"] = where
    extra = {"event": what, "user": str(who or ""), **told}
    rest = " ".join(f"{name}={value}" for name, value in told.items())
    log.info("%s by %s %s", what, who or "nobody", rest, extra=extra)
