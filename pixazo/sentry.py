"""Tells Sentry of errors, where the settings name one: nothing of it is imported elsewhere.

What is sent is what the log would say: no person but by the request's number, no body, header,
cookie or prompt, no values of variables, and the log's redaction over the rest.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from pixazo import __version__
from pixazo.logs.context import facts
from pixazo.logs.redaction import redacted

KEPT_OF_REQUEST = ("method", "url")
LEFT_OUT = {"prompt", "negative_prompt"}


def begin(dsn: str, environment: str) -> None:
    try:
        import sentry_sdk
    except ImportError:
        raise ImproperlyConfigured(
            "PIXAZO_SENTRY_DSN is set, and sentry-sdk is not there:"
            " pip install -r requirements/sentry.txt"
        ) from None
    sentry_sdk.init(
        dsn=dsn,
        environment=environment or None,
        release=f"pixazo@{__version__}",
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=_without_secrets,
        before_breadcrumb=_crumb,
        auto_enabling_integrations=False,
        integrations=_integrations(),
    )


def _integrations() -> list[Any]:
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    return [DjangoIntegration(), CeleryIntegration()]


def _without_secrets(event: Any, hint: Any) -> Any:
    asked = event.get("request") or {}
    event["request"] = {name: asked[name] for name in KEPT_OF_REQUEST if name in asked}
    event.pop("user", None)
    event.setdefault("tags", {}).update({name: str(value) for name, value in facts().items()})
    return _clean(event)


def _crumb(crumb: Any, hint: Any) -> Any:
    """Statements bear what people wrote."""
    return None if crumb.get("category") in ("query", "httplib", "redis") else _clean(crumb)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items() if name not in LEFT_OUT}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return value
