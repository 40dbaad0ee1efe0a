"""What a key may is less than what its person may: scopes, an end, a daily cap."""

import datetime
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import ApiKey, CapReached

pytestmark = [pytest.mark.django_db, pytest.mark.both]

FORM = {"name": "Laptop", "scopes": ["read"]}


def today():
    return now().astimezone(datetime.UTC).date()


@pytest.fixture
def key(alice):
    return ApiKey.issue(alice, "Laptop", daily_cap=2)[0]


def test_the_form_gives_what_was_chosen(as_alice):
    as_alice.post("/account/keys/", FORM | {"days": "30", "daily_cap": "5"})
    row = ApiKey.objects.get()
    assert row.scopes == ["read"]
    assert row.daily_cap == 5
    assert timedelta(days=29) < row.expires - now() <= timedelta(days=30)
    page = as_alice.get("/account/keys/").content.decode()
    assert "0 of 5 units used today" in page


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"scopes": ["all"]}, {"days": "9999"}, {"daily_cap": "0"}]
)
def test_the_form_refuses_what_is_none(as_alice, wrong):
    assert as_alice.post("/account/keys/", FORM | wrong).status_code == 400
    assert not ApiKey.objects.exists()


def test_a_key_from_before_may_do_all_without_end(alice):
    ApiKey.objects.create(user=alice, name="Old", prefix="pxz_", digest="0")
    row = ApiKey.objects.get()
    assert row.scopes == ["read", "generate", "manage"]
    assert (row.expires, row.daily_cap) == (None, None)


def test_after_its_end_a_key_is_unknown(as_alice, alice, client):
    row, text = ApiKey.issue(alice, "Laptop", expires=now() + timedelta(minutes=1))
    assert ApiKey.find(text) == row
    assert row in ApiKey.objects.active()
    ApiKey.objects.update(expires=now() - timedelta(seconds=1))
    assert ApiKey.find(text) is None
    assert row not in ApiKey.objects.active()
    assert "Expired" in as_alice.get("/account/keys/").content.decode()
    answer = client.get("/api/queue", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401


def test_the_cap_is_counted_by_one_statement_in_halves(key):
    with CaptureQueriesContext(connection) as asked:
        key.spend(1.5)
    assert len(asked) == 1
    key.spend(0.5)
    with pytest.raises(CapReached):
        key.spend(0.5)
    key.refresh_from_db()
    assert key.used_today == 2


def test_a_refused_order_counts_nothing(key):
    key.spend(1)
    with pytest.raises(CapReached):
        key.spend(2)
    key.spend(1)


def test_the_count_begins_anew_each_day(key):
    ApiKey.objects.update(used_halves=4, counted_on=today() - timedelta(days=1))
    key.refresh_from_db()
    assert key.used_today == 0
    key.spend(2)
    key.refresh_from_db()
    assert (key.used_today, key.counted_on) == (2, today())


def test_without_a_cap_nothing_is_counted(alice, django_assert_num_queries):
    row, _ = ApiKey.issue(alice, "Laptop")
    with django_assert_num_queries(0):
        row.spend(1_000)
