"""What is being worked on, so that every line written meanwhile can say so without being told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_facts: ContextVar[Mapping[str, Any]] = ContextVar("log_facts", default=_EMPTY)
_hidden: ContextVar[tuple[str, ...]] = ContextVar("log_hidden", default=())


_origin: ContextVar[Callable[[], str]] = ContextVar("log_origin", default=str)


def asked_from() -> str:
    """The address that the request came from; only lines about security bear it."""
    return _origin.get()()


@contextmanager
def coming_from(address: Callable[[], str]) -> Iterator[None]:
    token = _origin.set(address)
    try:
        yield
    finally:
        _origin.reset(token)


def facts() -> Mapping[str, Any]:
    return _facts.get()


def request_id() -> str:
    """Of the request that is being answered, or that a job came from; "" where there is none."""
    return str(_facts.get().get("request", ""))


@contextmanager
def saying(**more: Any) -> Iterator[None]:
    """Lines written within bear these facts, such as `job=...`."""
    token = _facts.set({**_facts.get(), **more})
    try:
        yield
    finally:
        _facts.reset(token)


@contextmanager
def hiding(texts: Iterable[str]) -> Iterator[None]:
    """Lines written within do not repeat these texts: a service's refusal may quote a prompt."""
    token = _hidden.set((*_hidden.get(), *(text for text in texts if len(text) > 3)))
    try:
        yield
    finally:
        _hidden.reset(token)


def hidden() -> tuple[str, ...]:
    return _hidden.get()
