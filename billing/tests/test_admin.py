import uuid

import pytest

from billing.models import Account, Hold, LedgerEntry, Plan


@pytest.fixture
def account(alice):
    account = Account.objects.of(alice)
    account.hold(1, [uuid.uuid4(), uuid.uuid4()])
    return account


def test_staff_change_what_a_plan_holds(as_dora, account):
    page = f"/admin/billing/plan/{account.plan.pk}/change/"
    data = {
        "name": "Free",
        "daily_units": 12,
        "running_jobs": 2,
        "prompts_per_request": 100,
        "position": 0,
        "is_default": "on",
    }
    data["queue_weight"] = 1
    assert as_dora.post(page, data).status_code == 302
    assert Account.objects.get(pk=account.pk).plan.daily_units == 12


def test_staff_put_somebody_on_another_plan(as_dora, account):
    pro = Plan.objects.get(slug="pro")
    page = f"/admin/billing/account/{account.pk}/change/"
    rows = {"overrides-TOTAL_FORMS": 0, "overrides-INITIAL_FORMS": 0}
    sent = {"plan": pro.pk, "held": 0, "spent": 99, "reference": "staff:1", **rows}
    assert as_dora.post(page, sent).status_code == 302
    account.refresh_from_db()
    assert (account.plan, account.held, account.spent) == (pro, 2, 0)
    assert account.entries.first().why == "Pro: By staff"


@pytest.mark.parametrize("model", [Hold, LedgerEntry])
def test_money_can_only_be_looked_at(as_dora, account, model):
    row = model.objects.first()
    name = model._meta.model_name
    assert as_dora.get(f"/admin/billing/{name}/{row.pk}/change/").status_code == 200
    assert as_dora.post(f"/admin/billing/{name}/{row.pk}/change/", {"units": 0}).status_code == 403
    assert as_dora.post(f"/admin/billing/{name}/{row.pk}/delete/").status_code == 403
    assert as_dora.get(f"/admin/billing/{name}/add/").status_code == 403


def test_no_account_is_made_or_deleted_here(as_dora, account):
    assert as_dora.get("/admin/billing/account/add/").status_code == 403
    assert as_dora.post(f"/admin/billing/account/{account.pk}/delete/").status_code == 403


def test_a_plan_that_somebody_has_can_not_be_deleted(as_dora, account):
    unused = Plan.objects.create(slug="old", name="Old")
    for plan, status in ((account.plan, 403), (unused, 302)):
        page = f"/admin/billing/plan/{plan.pk}/delete/"
        assert as_dora.post(page, {"post": "yes"}).status_code == status
    assert not Plan.objects.filter(pk=unused.pk).exists()


@pytest.mark.parametrize("name", ["plan", "account", "hold", "ledgerentry", "override"])
def test_long_lists_take_as_many_queries_as_short_ones(
    as_dora, account, django_assert_max_num_queries, name
):
    as_dora.get(f"/admin/billing/{name}/")
    account.hold(1, [uuid.uuid4() for _ in range(5)])
    with django_assert_max_num_queries(9):
        assert as_dora.get(f"/admin/billing/{name}/").status_code == 200


@pytest.mark.parametrize("name", ["account", "hold", "ledgerentry"])
def test_rows_are_found_by_person(as_dora, account, name):
    found = as_dora.get(f"/admin/billing/{name}/", {"q": "alice@example"}).context["cl"]
    assert found.result_count == found.model.objects.count() > 0
    assert as_dora.get(f"/admin/billing/{name}/", {"q": "zzz"}).context["cl"].result_count == 0


def test_holds_are_found_by_the_job_they_are_for(as_dora, account):
    first, second = Hold.objects.all()
    page = as_dora.get("/admin/billing/hold/", {"q": str(first.reference)}).content.decode()
    assert str(first.reference) in page
    assert str(second.reference) not in page
