"""The document says all doors, is a good one, and is no more than what they answer."""

import json

import pytest
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from pixazo.openapi import document

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_it_is_a_good_document_in_both_forms(client, painter):
    told = client.get("/api/v1/openapi.json")
    validate_schema(told.json())
    assert told.headers["Content-Type"] == "application/json"
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": told.headers["ETag"]})
    assert again.status_code == 304
    import yaml

    text = client.get("/api/v1/openapi.yaml")
    assert text.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(text.content) == told.json()


def test_every_door_is_in_it_with_each_method_its_answers_and_errors(painter):
    paths = document.document()["paths"]
    missing, wrong = [], []
    for route in document.routes():
        for method in route.methods:
            told = paths.get(route.path, {}).get(method.lower())
            if told is None:
                missing.append((method, route.path))
                continue
            statuses = set(told["responses"])
            needed = {"400", "503", *(("401", "403") if route.door.scopes else ())}
            needed |= {"404"} if route.parts else set()
            if not needed <= statuses or not any(each.startswith("2") for each in statuses):
                wrong.append((method, route.path, needed - statuses))
            assert told["summary"]
            assert {part["name"] for part in told["parameters"] if part["in"] == "path"} == {
                name for name, _kind in route.parts
            }
    assert missing == [], "Say it in the room's api/described.py"
    assert wrong == []
    assert len(paths) > 60


def test_nothing_is_described_that_is_not_there():
    doors = {route.door: set(route.methods) for route in document.routes()}
    for door, methods in document.described().items():
        assert set(methods) <= doors[door], door


def test_each_operation_has_a_name_of_its_own():
    told = [each for path in document.document()["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in told]
    assert len(names) == len(set(names))


def test_every_schema_is_one_and_every_reference_leads_to_it(painter):
    told = document.document()
    schemas = told["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    refs = set(json.dumps(told).split('"#/components/schemas/')[1:])
    assert {each.partition('"')[0] for each in refs} <= set(schemas)


def test_it_says_what_each_model_takes(client, painter):
    schema = client.get("/api/v1/openapi.json").json()["components"]["schemas"]["Order_painter"]
    contract = painter.contract.json_schema()
    assert schema["properties"] == json.loads(json.dumps(contract["properties"]))
