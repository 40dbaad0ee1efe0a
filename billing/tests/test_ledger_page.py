"""The ledger as its person reads it: page, table and API."""

import csv
import datetime
import io
import uuid

import pytest
from django.db.models import F, QuerySet

from accounts.models import ApiKey
from billing.models import Account, Hold, LedgerEntry, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAGE, TABLE, API = "/account/units/ledger/", "/account/units/ledger.csv", "/api/ledger"


@pytest.fixture
def account(alice):
    """With one of each kind of line."""
    account = Account.objects.of(alice)
    used, returned, _ = account.hold(1, [uuid.uuid4() for _ in range(3)])
    used.capture()
    returned.release("worker lost")
    Hold.objects.get(pk=used.pk).refund("Staff looked at it")
    account.grant(5, reason="For the outage", reference="one")
    account.take_back(2, reason="Given by mistake", reference="one")
    account.move_to(Plan.objects.get(slug="pro"), reason="By staff")
    return account


def words(response):
    return response.content.decode()


def test_every_kind_of_line_says_why_and_what_it_did(as_alice, account):
    page = words(as_alice.get(PAGE))
    for told in ("A picture was asked for", "The picture is there", "Worker lost", "Refunded"):
        assert told in page
    for told in ("Staff looked at it", "For the outage", "Given by mistake", "Pro: By staff"):
        assert told in page
    for label in (">Given<", ">Set aside<", ">Given or bought</option>"):
        assert label in page
    for change in ("+5", "\u22122", "\u22121", "+1"):
        assert change in page


def test_others_see_nothing_of_it(as_bob, account):
    assert "Nothing yet." in words(as_bob.get(PAGE))
    assert as_bob.get(API).json()["entries"] == []
    assert len(rows_of(as_bob.get(TABLE))) == 0


def test_it_is_filtered_by_kind_and_by_day(as_alice, account):
    assert [each.entry.kind for each in shown(as_alice, kind="grant")] == ["grant"]
    today = datetime.datetime.now(datetime.UTC).date()
    day = datetime.timedelta(days=1)
    QuerySet(LedgerEntry).filter(kind="grant").update(created=F("created") - day)
    assert [each.entry.kind for each in shown(as_alice, day=today - day)] == ["grant"]
    kinds = [each.entry.kind for each in shown(as_alice, day=today)]
    assert "grant" not in kinds
    assert len(kinds) == 8
    assert shown(as_alice, kind="grant", day=today) == []
    assert "There is no such line." in words(as_alice.get(f"{PAGE}?day=2020-01-01"))


@pytest.mark.parametrize(
    "query", ["kind=bread", "day=today", "day=9999-99-99", "before=x", "before=0"]
)
def test_what_is_no_filter_is_left_out_by_the_page_and_refused_by_the_api(as_alice, account, query):
    assert len(as_alice.get(f"{PAGE}?{query}").context["receipts"]) == 9
    refusal = as_alice.get(f"{API}?{query}")
    assert refusal.status_code == 400
    assert list(refusal.json()["error"]["fields"]) == [query.split("=")[0]]


def test_older_lines_are_on_further_pages_each_once(as_alice, account):
    seen, address = [], f"{API}?limit=4"
    while address:
        answer = as_alice.get(address).json()
        seen += [each["id"] for each in answer["entries"]]
        address = answer["next"]
    assert seen == list(account.entries.order_by("-id").values_list("pk", flat=True))
    account.hold(1, [uuid.uuid4() for _ in range(50)])
    page = as_alice.get(PAGE)
    assert len(page.context["receipts"]) == 50
    older = as_alice.get(f"{PAGE}?{page.context['older']}")
    assert len(older.context["receipts"]) == 9
    assert "To the latest" in words(older)


def test_the_table_has_all_of_it_and_runs_nothing(as_alice, account, monkeypatch):
    monkeypatch.setattr("billing.receipts.AT_ONCE", 4)
    account.grant(1, reason="=1+1", reference="two")
    rows = rows_of(as_alice.get(TABLE))
    assert [row["kind"] for row in rows] == list(
        account.entries.order_by("-id").values_list("kind", flat=True)
    )
    assert rows[0] | {"time_utc": ""} == {
        **dict.fromkeys(rows[0], ""),
        "kind": "grant",
        "change": "1",
        "units": "1",
        "why": "'=1+1",
    }
    assert len(rows_of(as_alice.get(f"{TABLE}?kind=grant"))) == 2


def test_the_api_says_what_is_left_and_needs_a_key_that_may_read(client, alice, account):
    _, secret = ApiKey.issue(alice, "Reads", scopes=["read"])
    answer = client.get(API, headers={"Authorization": f"Bearer {secret}"}).json()
    assert answer["plan"] == "Pro"
    assert answer["units"]["daily"] == 100
    assert answer["units"]["extra"] == 4
    assert answer["units"]["left"] == answer["units"]["left_today"] + 4 == 102
    assert answer["units"]["renewed"].endswith("T00:00:00Z")
    assert answer["entries"][0]["why"] == "Pro: By staff"
    _, other = ApiKey.issue(alice, "Draws", scopes=["generate"])
    assert client.get(API, headers={"Authorization": f"Bearer {other}"}).status_code == 403
    assert client.get(API).status_code == 401


def shown(client, **query):
    return client.get(PAGE, query).context["receipts"]


def rows_of(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))
