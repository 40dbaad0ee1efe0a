"""Single-user mode: nobody signs in, everybody on this machine is the owner, and nobody else."""

import pytest
from asgiref.sync import async_to_sync
from django.core.checks import run_checks
from django.test import AsyncClient, Client

from accounts.models import User
from accounts.solo import local_owner
from billing.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def solo(settings):
    settings.SOLO = True
    return settings


def test_the_owner_is_signed_in_at_the_first_visit(solo):
    page = Client().get("/workspaces/")
    assert page.status_code == 200
    assert page.context["user"].username == "owner"


def test_the_owner_is_made_once_with_staffs_rights_and_no_password(solo):
    assert local_owner() == local_owner() == User.objects.get()
    owner = User.objects.get()
    assert owner.is_staff
    assert owner.is_superuser
    assert not owner.has_usable_password()
    assert owner.emailaddress_set.get().verified


def test_limits_are_off(solo):
    assert Account.objects.of(local_owner()).left_today is None
    assert "Unlimited" in Client().get("/workspaces/").content.decode()


def test_without_the_mode_nobody_is_signed_in():
    assert Client().get("/workspaces/").status_code == 302
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["192.168.1.7", "203.0.113.9", "", "not an address"])
def test_others_are_refused_with_a_sentence(solo, address):
    answer = Client(REMOTE_ADDR=address).get("/workspaces/")
    assert answer.status_code == 403
    assert "answers only on the machine it runs on" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_is_let_in_under_each_of_its_addresses(solo, address):
    assert Client(REMOTE_ADDR=address).get("/workspaces/").status_code == 200


def test_a_proxy_on_this_machine_does_not_let_others_in(solo):
    through = {"X-Forwarded-For": "203.0.113.9, 127.0.0.1"}
    assert Client().get("/workspaces/", headers=through).status_code == 403


def test_programs_from_elsewhere_are_refused_in_json(solo):
    answer = Client(REMOTE_ADDR="192.168.1.7").get("/api/models")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "solo"


def test_a_second_setting_confirms_that_everybody_may_be_the_owner(solo):
    solo.SOLO_PUBLIC = True
    assert Client(REMOTE_ADDR="192.168.1.7").get("/workspaces/").status_code == 200


def test_a_public_address_is_refused_at_the_start_unless_confirmed(solo):
    solo.HOST = "0.0.0.0"
    assert "pixazo.E001" in [problem.id for problem in run_checks()]
    solo.SOLO_PUBLIC = True
    assert "pixazo.E001" not in [problem.id for problem in run_checks()]


def test_the_owner_stays_signed_in_after_a_sign_out(solo):
    client = Client()
    client.post("/account/logout/")
    assert client.get("/workspaces/").status_code == 200


def test_it_works_under_an_asynchronous_server_too(solo):
    answer = async_to_sync(AsyncClient().get)("/workspaces/")
    assert answer.status_code == 200
    assert async_to_sync(answer.asgi_request.auser)().username == "owner"
