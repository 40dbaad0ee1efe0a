"""For every template: `queue_counts`, how much is in the queue, read only where a page shows it,
and whether there is a public gallery."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def queue_counts(request: HttpRequest) -> dict[str, Any]:
    """Lazy: one query, and none for visitors."""
    return {"queue_counts": SimpleLazyObject(lambda: _counts(request))}


def public_gallery(request: HttpRequest) -> dict[str, bool]:
    return {"public_gallery": settings.PUBLIC_GALLERY != "off"}


def _counts(request: HttpRequest) -> Any:
    from generation.queue.counting import counts

    user: Any = getattr(request, "user", None)
    return counts(user) if user is not None and user.is_authenticated else None
