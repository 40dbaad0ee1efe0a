"""Which numbers hold for a person: the plan's, their groups', their own."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from billing.drift import drifts
from billing.models import Account, OutOfUnits, Override, Plan
from billing.models.limits import limit_in_sql
from billing.origins import origins
from billing.tests.test_units import jobs
from pixazo.tests.cast import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both]
Limit = Override.Limit


@pytest.fixture
def account(alice):
    return Account.objects.of(alice)


def again(account):
    return Account.objects.of(account.user)


def override(of, limit, value):
    place = {"group": of} if isinstance(of, Group) else {"account": of}
    return Override.objects.create(limit=limit, value=value, **place)


@pytest.fixture
def school(alice):
    group = Group.objects.create(name="School")
    alice.groups.add(group)
    return group


def test_without_exceptions_the_plan_says_it(account):
    Plan.objects.filter(is_default=True).update(daily_units=3, storage_gb=2)
    account = again(account)
    assert (account.daily_units, account.storage_bytes, account.own_limits) == (3, 2**31, {})


def test_a_persons_exception_counts_at_once_and_ends_with_its_row(account):
    row = override(account, Limit.DAILY_UNITS, 12)
    assert again(account).left == 12
    again(account).hold(1, jobs(12))
    with pytest.raises(OutOfUnits):
        again(account).hold(1, jobs(1))
    row.value = None
    row.save()
    assert again(account).left is None
    row.delete()
    assert again(account).left == 0
    assert again(account).own_limits == {}


def test_an_exception_that_is_handed_on_is_no_longer_the_firsts(account, school, bob):
    row = override(account, Limit.DAILY_UNITS, 500)
    row.account = Account.objects.of(bob)
    row.save()
    assert (again(account).daily_units, Account.objects.of(bob).daily_units) == (10, 500)
    row.account, row.group = None, school
    row.save()
    assert (again(account).daily_units, Account.objects.of(bob).daily_units) == (500, 10)


def test_nothing_is_no_limit_and_no_limit_is_not_nothing(account):
    override(account, Limit.STORAGE, 0)
    override(account, Limit.WAITING_JOBS, None)
    account = again(account)
    assert (account.storage_bytes, account.waiting_jobs) == (0, None)


def test_a_groups_counts_for_whoever_is_in_it_and_as_long(account, school, alice, bob):
    override(school, Limit.DAILY_UNITS, 50)
    assert again(account).daily_units == 50
    assert Account.objects.of(bob).daily_units == 10
    alice.groups.remove(school)
    assert again(account).daily_units == 10
    school.user_set.add(alice, bob)
    assert Account.objects.of(bob).daily_units == 50
    school.user_set.clear()
    assert Account.objects.of(bob).daily_units == again(account).daily_units == 10
    school.user_set.set([alice])
    school.delete()
    assert again(account).own_limits == {}


def test_whoever_gets_an_account_later_has_the_groups_numbers_too(school):
    override(school, Limit.DAILY_UNITS, 50)
    dan = make_person("dan")
    dan.groups.add(school)
    assert Account.objects.of(dan).daily_units == 50


def test_of_two_groups_the_more_generous_counts_and_the_persons_own_before_both(
    account, school, alice
):
    club = Group.objects.create(name="Club")
    alice.groups.add(club)
    override(school, Limit.DAILY_UNITS, 50)
    override(club, Limit.DAILY_UNITS, 20)
    assert again(account).daily_units == 50
    override(club, Limit.STORAGE, None)
    override(school, Limit.STORAGE, 1)
    assert again(account).storage_bytes is None
    override(account, Limit.DAILY_UNITS, 5)
    assert again(account).daily_units == 5
    assert not list(drifts())
    told = {label: (value, source) for label, value, source in origins(again(account))}
    assert told["Units a day"] == ("5", "exception for this person")
    assert told["Storage in GiB"] == ("no limit", "group Club")
    assert told["Pictures drawn at the same time"] == ("2", "plan Free")


def test_they_stay_through_a_change_of_plan(account):
    override(account, Limit.DAILY_UNITS, 12)
    account.move_to(Plan.objects.get(slug="pro"), reason="Bought")
    assert (again(account).daily_units, again(account).running_jobs) == (12, 4)


def test_the_database_knows_them_as_well(account, bob):
    Account.objects.of(bob)
    override(account, Limit.RUNNING_JOBS, 7)
    caps = Account.objects.order_by("pk").values_list(limit_in_sql(Limit.RUNNING_JOBS), flat=True)
    assert list(caps) == [7, 2]


def test_a_number_that_differs_from_what_its_rows_say_is_drift(account):
    override(account, Limit.RUNNING_JOBS, 7)
    Account.objects.update(own_limits={})
    assert ["other numbers" in sentence for sentence in drifts()] == [True]


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        (Limit.RUNNING_JOBS, None),
        (Limit.QUEUE_WEIGHT, 0),
        (Limit.DAILY_UNITS, 1.5),
        (Limit.DAILY_UNITS, -1),
        (Limit.WORKSPACES, 0),
        (Limit.WAITING_JOBS, 2**31),
        (Limit.STORAGE, float("nan")),
    ],
)
def test_what_no_limit_can_be_is_refused(account, limit, value):
    with pytest.raises(ValidationError):
        Override(account=account, limit=limit, value=value).full_clean()


def test_an_exception_is_for_a_group_or_for_a_person_and_once(account, school):
    for place in ({}, {"account": account, "group": school}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(limit=Limit.DAILY_UNITS, value=1, **place)
    override(account, Limit.DAILY_UNITS, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        override(account, Limit.DAILY_UNITS, 2)


def test_a_person_with_exceptions_costs_no_more_queries(
    account, school, alice, django_assert_num_queries
):
    override(account, Limit.RUNNING_JOBS, 7)
    override(school, Limit.DAILY_UNITS, 50)
    with django_assert_num_queries(1):
        account = Account.objects.of(alice)
        assert (account.daily_units, account.running_jobs) == (50, 7)


def page_of(account):
    return f"/admin/billing/account/{account.pk}/change/"


def form(account, **changes):
    rows = {"overrides-TOTAL_FORMS": 0, "overrides-INITIAL_FORMS": 0}
    return {"plan": account.plan_id, "reference": "staff:1", **rows, **changes}


def test_staff_see_each_number_with_where_it_comes_from(as_dora, account, school):
    override(school, Limit.DAILY_UNITS, 50)
    page = as_dora.get(page_of(account)).content.decode()
    assert "<tr><td>Units a day</td><td>50</td><td>group School</td></tr>" in page
    assert re.search(r"Storage in GiB</td><td>no limit</td><td>plan Free", page)


def test_staff_make_an_exception_for_a_person_and_for_a_group(as_dora, account, school):
    row = {"overrides-0-limit": "daily_units", "overrides-0-value": "33"}
    rows = row | {"overrides-0-account": account.pk, "overrides-0-id": ""}
    sent = form(account, **rows) | {"overrides-TOTAL_FORMS": 1}
    assert as_dora.post(page_of(account), sent).status_code == 302
    assert again(account).daily_units == 33
    sent = {"group": school.pk, "limit": "running_jobs", "value": "9"}
    assert as_dora.post("/admin/billing/override/add/", sent).status_code == 302
    assert again(account).running_jobs == 9
    sent = {"limit": "running_jobs", "value": "9"}
    assert "for a group or for one person" in words_of(as_dora, sent)


def words_of(client, sent):
    return client.post("/admin/billing/override/add/", sent).content.decode()


def test_staff_give_extra_units_once_and_take_them_back_with_a_reason(as_dora, account):
    sent = form(account, give="5", reason="For the outage")
    for _ in range(2):
        assert as_dora.post(page_of(account), sent).status_code == 302
    assert again(account).extra == 5
    sent = form(account, give="-2.5", reason="Given by mistake", reference="staff:2")
    assert as_dora.post(page_of(account), sent).status_code == 302
    assert again(account).extra == 2.5
    told = [line.why for line in account.entries.all()]
    assert told == ["Given by mistake", "For the outage"]
    for wrong in ({"give": "5"}, {"give": "0.3", "reason": "So"}):
        assert as_dora.post(page_of(account), form(account, **wrong)).status_code == 200
    assert again(account).extra == 2.5
