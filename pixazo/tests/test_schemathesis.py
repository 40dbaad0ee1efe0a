"""Requests that schemathesis makes up from the OpenAPI document: whatever is sent, no door breaks,
answers what is not described, or with a status that is not."""

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import openapi

from accounts.models import ApiKey
from pixazo.openapi.document import document
from pixazo.scopes import SCOPES
from pixazo.tests.permissions import PARTS
from pixazo.tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CREDENTIALS = ("authorization", "x-api-key", "cookie")
EXAMPLES = 3  # of each operation
HEALTH = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
# Made up or not, an id of nobody's says little: these are tried with things that are there.
THERE = {part.replace("<pk>", "{id}"): what for part, what in PARTS.items() if "<pk>" in part}
THERE |= {"{job_id}": "job", "{image_id}": "image", "{upload_id}": "upload"}
THERE |= {"{experiment_id}": "experiment", "{workspace}": "slug"}


@pytest.fixture(autouse=True)
def _one_connection():
    """A request leaves the test's own connection open, as Django's test client has it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    built = build()
    _, text = ApiKey.issue(built.people["owner"], "Program", list(SCOPES))
    built.headers = {"Authorization": f"Bearer {text}"}
    return built


def there(world, path):
    """Parts of an address -> ids of what is there."""
    found = {}
    for part, what in THERE.items():
        if part in path:
            name = part.partition("{")[2].rstrip("}")
            found.setdefault(name, str(world.ids[what]))
    return found


class Trial:
    """Each request is undone; what went wrong is remembered."""

    def __init__(self, world):
        self.world = world
        self.broken, self.undescribed, self.sent = [], [], 0

    def of(self, operation):
        known = there(self.world, operation.path)
        described = set(operation.definition.raw["responses"])

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=HEALTH,
        )
        @given(case=operation.as_strategy())
        def attempt(case):
            self.sent += 1
            # As one person, whoever it would have made up.
            case.cookies, case.headers = {}, _without_credentials(case.headers)
            if self.sent % 2:
                case.path_parameters = {**(case.path_parameters or {}), **known}
            with transaction.atomic():
                answer = case.call(headers=self.world.headers)
                transaction.set_rollback(True)
            told = (
                operation.label,
                answer.status_code,
                repr(case.body)[:200],
                answer.content[:200],
            )
            if answer.status_code >= 500 and answer.status_code != 503:
                self.broken.append(told)
            elif str(answer.status_code) not in described:
                self.undescribed.append(told)

        attempt()


def _without_credentials(headers):
    given = dict(headers or {}).items()
    return {name: each for name, each in given if name.lower() not in CREDENTIALS}


def test_no_door_breaks_whatever_is_sent(world):
    schema, trial = openapi.from_dict(document()), Trial(world)
    schema.app = get_wsgi_application()
    for result in schema.get_all_operations():
        trial.of(result.ok())
    assert trial.broken == []
    assert trial.undescribed == []
    assert trial.sent > 300
