"""Whose key a picture is ordered with, and that no key comes out again."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError

from billing.models import Account, Override, Plan
from generation.keys import key_for
from generation.models import OwnKey, Service
from generation.tests.engine import ask_one
from generation.tests.remote import failed, make_model, make_service, once, succeeded
from generation.tests.stand_ins.openai import OpenAI
from generation.tests.stand_ins.server import Reply

ADDRESS = "/account/services/"
OWN = "sk-alices-own-key-1234"


@pytest.fixture
def service(db, settings):
    settings.SERVICE_KEYS = {"openai": "of-the-environment"}
    return make_service("openai", "https://api.openai.com/v1", api_key="of-the-service")


@pytest.fixture
def model(service):
    return make_model(service, api_key="of-the-model")


@pytest.fixture
def pro(alice):
    plan = Plan.objects.unlimited()
    account = Account.objects.of(alice)
    account.plan = plan
    account.save()
    return plan


def test_the_order_of_keys(studio, alice, pro, model, service):
    job = ask_one(studio, model)
    OwnKey.objects.create(user=alice, service=service, key=OWN)
    assert key_for(job) == OWN
    OwnKey.objects.all().delete()
    assert key_for(job) == "of-the-model"
    job.model.api_key = ""
    assert key_for(job) == "of-the-service"
    job.model.service.api_key = ""
    assert key_for(job) == "of-the-environment"


def test_the_environments_key_goes_to_no_other_service_of_its_kind(studio, settings, service):
    other = make_service("openai", "https://elsewhere.example/v1", slug="elsewhere")
    assert key_for(ask_one(studio, make_model(other))) == ""


@pytest.mark.parametrize(
    "address", ["https://evil.example/v1", "http://api.openai.com/v1", "https://api.openai.com:444"]
)
def test_the_environments_key_goes_to_the_vendors_own_host_only(studio, service, address):
    """Staff who may edit services must not be able to have it sent to theirs."""
    Service.objects.update(base_url=address, api_key="")
    assert key_for(ask_one(studio, make_model(service))) == ""
    Service.objects.update(base_url="https://api.openai.com/another/v2")
    assert key_for(ask_one(studio, make_model(service, slug="near"))) == "of-the-environment"


def test_an_exception_for_one_person_lets_them_bring_keys_or_not(
    studio, alice, bob, model, service
):
    Plan.objects.update(may_bring_keys=False)
    for person in (alice, bob):
        Account.objects.of(person)
        OwnKey.objects.create(user=person, service=service, key=OWN)
    exception = Override.objects.create(
        account=Account.objects.of(alice), limit="may_bring_keys", value=1
    )
    assert (OwnKey.objects.usable_by(alice).count(), OwnKey.objects.usable_by(bob).count()) == (
        1,
        0,
    )
    assert Account.objects.of(alice).may_bring_keys
    Plan.objects.update(may_bring_keys=True)
    exception.value = 0
    exception.save()
    assert (OwnKey.objects.usable_by(alice).count(), OwnKey.objects.usable_by(bob).count()) == (
        0,
        1,
    )
    exception.value = 2
    with pytest.raises(ValidationError, match="yes or no"):
        exception.full_clean()


def test_a_plan_without_own_keys_uses_none(studio, alice, model, service):
    OwnKey.objects.create(user=alice, service=service, key=OWN)
    assert key_for(ask_one(studio, model)) == "of-the-model"


def test_a_key_pays_for_its_persons_pictures_only(studio, alice, bob, pro, model, service):
    OwnKey.objects.create(user=alice, service=service, key=OWN)
    assert key_for(ask_one(studio, model, author=bob)) == "of-the-model"


def test_a_persons_key_is_used_and_its_refusal_is_no_trouble_of_the_sites(
    studio, alice, pro, settings
):
    with OpenAI() as api:
        settings.TRUSTED_HOSTS = [api.host]
        service = make_service("openai", api.url, api_key="of-the-site")
        model = make_model(service)
        OwnKey.objects.create(user=alice, service=service, key=OWN)
        job = ask_one(studio, model)
        once()
        failed(job, "service_key")
        assert job.error == "Your key was refused by Openai. Look at Keys for services."
        service.refresh_from_db()
        assert service.trouble == ""
        api.key = OWN
        job = ask_one(studio, model)
        once()
        job.refresh_from_db()
        assert job.state == "succeeded"
    cache.clear()


def test_a_persons_own_haste_leaves_the_service_open_for_the_others(studio, alice, pro, settings):
    with OpenAI() as api:
        settings.TRUSTED_HOSTS = [api.host]
        service = make_service("openai", api.url, api_key="of-the-site")
        OwnKey.objects.create(user=alice, service=service, key=OWN)
        api.key, api.behaviour = OWN, Reply(429, b"")
        model = make_model(service)
        for _ in range(6):
            ask_one(studio, model)
            assert once()
        service.refresh_from_db()
        assert service.closed_until is None
    cache.clear()


def test_the_profile_leads_to_the_page(as_alice):
    assert ADDRESS.encode() in as_alice.get("/account/").content


def test_a_key_is_given_shown_by_its_end_and_taken_back(as_alice, alice, pro, service):
    page = as_alice.post(ADDRESS, {"service": service.pk, "key": OWN}, follow=True)
    assert page.redirect_chain == [(ADDRESS, 302)]
    key = OwnKey.objects.get()
    assert (key.user, key.key) == (alice, OWN)
    text = page.content.decode()
    assert "…1234" in text
    assert OWN not in text
    as_alice.post(ADDRESS, {"service": service.pk, "key": "sk-another-one"})
    assert [each.key for each in OwnKey.objects.all()] == ["sk-another-one"]
    as_alice.post(f"{ADDRESS}{key.pk}/delete/")
    assert not OwnKey.objects.exists()


def test_a_key_is_encrypted_in_the_database(as_alice, pro, service):
    from django.db import connection

    as_alice.post(ADDRESS, {"service": service.pk, "key": OWN})
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM generation_ownkey")
        assert OWN not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    "key", ["", "short", "with spaces in it", "line\nbreaks-in-it", "ключ-ключ"]
)
def test_what_is_no_key_is_refused_and_not_repeated(as_alice, pro, service, key):
    page = as_alice.post(ADDRESS, {"service": service.pk, "key": key})
    assert page.status_code == 400
    assert not OwnKey.objects.exists()
    assert not key or f'value="{key}"' not in page.content.decode()


def test_a_plan_without_own_keys_takes_none(as_alice, service):
    assert "plan doesn" in as_alice.get(ADDRESS).content.decode()
    assert as_alice.post(ADDRESS, {"service": service.pk, "key": OWN}).status_code == 403
    assert not OwnKey.objects.exists()


def test_a_service_that_is_off_takes_none(as_alice, pro, service):
    Service.objects.update(is_active=False)
    page = as_alice.post(ADDRESS, {"service": service.pk, "key": OWN})
    assert page.status_code == 400


def test_nobody_sees_or_deletes_anothers_key(as_bob, alice, pro, service):
    key = OwnKey.objects.create(user=alice, service=service, key=OWN)
    assert "…1234" not in as_bob.get(ADDRESS).content.decode()
    assert as_bob.post(f"{ADDRESS}{key.pk}/delete/").status_code == 404
    assert OwnKey.objects.exists()


def test_no_key_is_in_what_the_api_tells(program, model, service):
    text = program.get("/api/models").content.decode()
    assert "of-the" not in text
    assert "base_url" not in text


def test_a_picture_tells_no_key(studio, alice, pro, settings, as_alice):
    with OpenAI() as api:
        api.key = OWN
        settings.TRUSTED_HOSTS = [api.host]
        service = make_service("openai", api.url)
        OwnKey.objects.create(user=alice, service=service, key=OWN)
        job = ask_one(studio, make_model(service))
        once()
        image = succeeded(job)
        page = as_alice.get(f"/w/{studio.slug}/images/{image.pk}/download/")
        assert OWN.encode() not in page.content
    cache.clear()
