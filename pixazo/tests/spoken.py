"""Holds what doors answer to what the document says of them: every answer of every test."""

import json
from functools import cache

from jsonschema import Draft202012Validator

from pixazo.openapi.document import described, referred
from pixazo.openapi.shapes import PROBLEM
from pixazo.problems import is_v1


@cache
def operations():
    return described()


@cache
def validators():
    return {}


def check(door, request, response):
    """An assertion fails where an answer is not as it is described."""
    operation = operations().get(type(door), {}).get(request.method)
    data = getattr(response, "data", None)
    if operation is None or data is None or "json" not in response.headers["Content-Type"]:
        return
    status = response.status_code
    if status < 300:
        schema = operation.answer if status == operation.good else operation.also.get(status)
    else:
        schema = operation.also.get(status) or (PROBLEM if is_v1(request) else None)
    if schema is None:
        assert status >= 300, f"{type(door)} {request.method}: {status} is not described"
        return
    body = json.loads(response.rendered_content)
    errors = list(validator(schema).iter_errors(body))
    assert not errors, (
        f"{type(door).__module__}.{type(door).__name__} {request.method} {status}: "
        f"{errors[0].message[:300]} at {list(errors[0].path)}"
    )


def validator(schema):
    known = validators()
    if id(schema) not in known:
        schemas = {}
        told = _strict(referred(schema, schemas))
        told["components"] = {"schemas": {name: _strict(each) for name, each in schemas.items()}}
        known[id(schema)] = Draft202012Validator(told)
    return known[id(schema)]


def _strict(value):
    """Nothing may be answered that is not described."""
    if isinstance(value, dict):
        told = {key: _strict(each) for key, each in value.items()}
        if "properties" in told and isinstance(told["properties"], dict):
            told.setdefault("additionalProperties", False)
        return told
    if isinstance(value, list):
        return [_strict(each) for each in value]
    return value
