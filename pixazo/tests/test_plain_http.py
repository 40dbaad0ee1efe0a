"""Over plain HTTP people are led on to HTTPS and programs are refused (ASVS 4.1.2)."""

import json
import re

import pytest
from django.test import Client

from pixazo.tests.desk import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGES = ["/", "/w/studio/?a=b", "/account/login/", "/api/docs/", "/api/v1/docs/", "/workspaces/"]
PROGRAMS = [
    "/api/v1/images",
    "/api/generate",
    "/api/openapi.json",
    "/v1/images/generations",
    "/dragon-wings/api/generate",
    "/cyberimage/api/models",
    "/workspaces/studio/generate",
    "/billing/webhook/",
    "/telegram/webhook/",
    "/events/?token=x",
    "/events/since/0/",
]


@pytest.fixture(autouse=True)
def https(settings):
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize("where", PAGES)
def test_people_are_led_on(where):
    answer = Client().get(where)
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{where}")


@pytest.mark.parametrize("where", PROGRAMS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_programs_are_refused(where, method):
    answer = getattr(Client(), method)(where)
    assert answer.status_code == 403
    assert "Location" not in answer
    assert "Use https:// here" in answer.content.decode()


def test_a_key_is_led_on_nowhere():
    for headers in ({"Authorization": "Bearer pxz_x"}, {"X-Api-Key": "pxz_x"}):
        answer = Client().get("/gallery/", headers={**headers, "Accept": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "https_only")


def test_over_https_all_is_as_ever(as_alice, studio):
    assert as_alice.get("/api/v1/images", secure=True).status_code == 200
    assert as_alice.get("/w/studio/", secure=True).status_code == 200


def test_nginx_refuses_the_same():
    template = (ROOT / "deploy/nginx/pixazo.conf.template").read_text()
    listed = re.search(r'location ~ "(\^/\(\(api.*)" \{', template)[1]
    for where in [*PROGRAMS, "/mcp"]:
        assert re.match(listed, where.partition("?")[0]), where
    for where in PAGES:
        assert not re.match(listed, where.partition("?")[0]), where
    told = json.loads(re.search(r"return 403 '(.*)';", template)[1])
    assert told["error"]["code"] == "https_only"
