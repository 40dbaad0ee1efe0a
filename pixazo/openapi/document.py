"""The one place that puts the OpenAPI document together: addresses, methods, scopes and parts of
addresses from the doors themselves, what they take and answer from each room's `described.py`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import URLResolver, get_resolver

from pixazo import __version__
from pixazo.api import Door
from pixazo.openapi.operation import Operation
from pixazo.openapi.shapes import PROBLEM, Named, Schema, text
from pixazo.problems import PROBLEM as PROBLEM_JSON
from pixazo.repeated import KEY_LENGTH

ROOMS = (
    "pixazo.openapi",
    "accounts.api",
    "billing.api",
    "workspaces.api",
    "generation.api",
    "chat.api",
)
ROOT = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
JSON = "application/json"
FORM = "multipart/form-data"
ABOUT = """What the pages can do, for programs. Make a key on the page “API keys” of your
account and send it as `Authorization: Bearer pxz_…` or `X-Api-Key: pxz_…`. Each operation says
which scope a key needs for it. Lists are read page by page: `next` is the address of what follows.
Refusals are problem details (RFC 9457)."""


@dataclass(frozen=True)
class Route:
    path: str  # "/api/v1/topics/{id}"
    name: str
    door: type[Door]
    parts: tuple[tuple[str, str], ...]  # name and kind of each part of the address

    @property
    def methods(self) -> list[str]:
        return [name.upper() for name in METHODS if hasattr(self.door, name)]


def routes(resolver: Any = None, prefix: str = "/") -> Iterator[Route]:
    """Every door under `/api/v1/`."""
    for each in (resolver or get_resolver()).url_patterns:
        path = prefix + str(each.pattern)
        door = getattr(getattr(each, "callback", None), "view_class", None)
        if isinstance(each, URLResolver):
            if path.startswith(ROOT):
                yield from routes(each, path)
        elif path.startswith(ROOT) and door and issubclass(door, Door):
            parts = tuple((_called(name), kind or "str") for kind, name in PART.findall(path))
            written = PART.sub(lambda found: f"{{{_called(found[2])}}}", path)
            yield Route(written, str(each.name), door, parts)


def described() -> dict[type, Any]:
    """Door -> method -> `Operation`, of all rooms."""
    found: dict[type, Any] = {}
    for room in ROOMS:
        if find_spec(room) and find_spec(f"{room}.described"):
            found |= import_module(f"{room}.described").OPERATIONS
    return found


def document() -> dict[str, Any]:
    schemas: dict[str, Schema] = {}
    said = described()
    paths: dict[str, Any] = {}
    for route in routes():
        for method in route.methods:
            if operation := said.get(route.door, {}).get(method):
                told = _operation(route, method, operation)
                paths.setdefault(route.path, {})[method.lower()] = referred(told, schemas)
    referred(PROBLEM, schemas)
    for room in ROOMS:
        if find_spec(room) and find_spec(f"{room}.described"):
            for each in getattr(import_module(f"{room}.described"), "more", list)():
                referred(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pixazo", "version": __version__, "description": ABOUT},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key"},
                "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "sessionid",
                    "description": "Of the site's own pages; what writes needs their CSRF token.",
                },
            },
        },
    }


def referred(value: Any, schemas: dict[str, Schema]) -> Any:
    """The same with each `Named` among the document's schemas, and a reference in its place."""
    if isinstance(value, Named):
        if value.name not in schemas:
            schemas[value.name] = {}
            schemas[value.name] = {key: referred(each, schemas) for key, each in value.items()}
        return {"$ref": f"#/components/schemas/{value.name}"}
    if isinstance(value, dict):
        return {key: referred(each, schemas) for key, each in value.items()}
    if isinstance(value, list):
        return [referred(each, schemas) for each in value]
    return value


def _operation(route: Route, method: str, said: Operation) -> dict[str, Any]:
    scope = route.door.scopes.get(method)
    words = [said.says, f"Needs the scope `{scope}`." if scope else "Needs no key."]
    told: dict[str, Any] = {
        "operationId": f"{method.lower()}_{route.name.removeprefix('api_')}",
        "tags": [route.path.removeprefix(ROOT).partition("/")[0].partition(".")[0] or "about"],
        "summary": said.summary,
        "description": " ".join(filter(None, words)),
        "parameters": [*_parts(route), *_query(said), *_headers(route, method)],
        "responses": _responses(route, method, said),
        "security": [{name: [scope]} for name in ("key", "header", "session")] if scope else [],
    }
    if body := _body(said):
        told["requestBody"] = body
    return told


def _called(name: str) -> str:
    return "id" if name == "pk" else name


def _parts(route: Route) -> Iterator[dict[str, Any]]:
    kinds: dict[str, Schema] = {
        "uuid": text(format="uuid"),
        "int": {"type": "integer", "minimum": 0},
    }
    for name, kind in route.parts:
        known = kinds.get(kind, text(minLength=1, pattern="^[^/]+$"))
        yield {"name": name, "in": "path", "required": True, "schema": known}


def _query(said: Operation) -> Iterator[dict[str, Any]]:
    for name, schema in said.query.items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _headers(route: Route, method: str) -> Iterator[dict[str, Any]]:
    if method in route.door.repeats:
        says = "The same request again answers what it answered first, and does nothing anew."
        known = text(says, maxLength=KEY_LENGTH)
        yield {"name": "Idempotency-Key", "in": "header", "required": False, "schema": known}
    if route.door.matches and method in ("PATCH", "PUT"):
        known = text("The `ETag` that was read: what was changed since is not written over (412).")
        yield {"name": "If-Match", "in": "header", "required": False, "schema": known}


def _body(said: Operation) -> dict[str, Any] | None:
    kinds = {JSON: said.body, FORM: said.form}
    content = {kind: {"schema": schema} for kind, schema in kinds.items() if schema is not None}
    return {"required": said.needs_body, "content": content} if content else None


def _responses(route: Route, method: str, said: Operation) -> dict[str, Any]:
    found = {str(said.good): _answer(said.good, said)}
    for status, schema in said.also.items():
        found[str(status)] = _answered(status, {JSON: schema})
    for status in sorted(_refused(route, method, said)):
        found[str(status)] = _answered(status, {PROBLEM_JSON: PROBLEM})
    return found


def _answer(status: int, said: Operation) -> dict[str, Any]:
    content: dict[str, Schema] = {kind: {} for kind in said.files}
    if said.answer is not None:
        content[JSON] = said.answer
    return _answered(status, content)


def _answered(status: int, content: dict[str, Schema]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if content:
        told["content"] = {kind: {"schema": schema} for kind, schema in content.items()}
    return told


def _refused(route: Route, method: str, said: Operation) -> set[int]:
    """What any such request may be refused with, and this one besides."""
    found = {*said.refusals, 400, 503}
    if route.door.scopes:
        found |= {401, 403}
    if route.parts:
        found.add(404)
    if said.body is not None or said.form is not None:
        found |= {413, 415}
    if method in route.door.repeats:
        found |= {409, 422}
    if method in ("PATCH", "PUT"):
        found |= {409, 412} if route.door.matches else {409}
    return found - set(said.also) - {said.good}
