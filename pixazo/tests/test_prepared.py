"""Statements that are kept: they say, change and write what Django's own would."""

import datetime
from contextlib import closing
from decimal import Decimal
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value
from django.utils.timezone import now

from accounts.models import ApiKey, User
from billing.models import Account, Hold
from generation.models import Batch, ImageModel
from pixazo import sending
from pixazo.ids import uuid7
from pixazo.insertion import insert, insert_columns
from pixazo.models import Event
from pixazo.prepared import Among, Change, Rows
from pixazo.watching.queries import counting_queries
from workspaces.models import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def facts(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_those_of_the_query_with_what_it_selects_along(alice, bob):
    rows = Rows(
        lambda name: ApiKey.objects.select_related("user").filter(user__username=name), name=str
    )
    ApiKey.issue(alice, "laptop")
    ApiKey.issue(bob, "robot")
    for person in (alice, bob):
        expected = ApiKey.objects.select_related("user").get(user=person)
        [row] = rows(name=person.username)
        assert facts(row) == facts(expected)
        assert facts(row.user) == facts(expected.user)
        assert type(row.created) is datetime.datetime
    assert rows(name="nobody") == []
    assert rows.first(name="nobody") is None


def test_named_tuples_hold_what_the_fields_would(alice):
    def keys(user):
        columns = ("id", "created", "user_id", "user__username", "revoked")
        return ApiKey.objects.filter(user=user).values_list(*columns, named=True)

    ApiKey.issue(alice, "laptop")
    [row], [expected] = Rows(keys, user=UUID)(user=alice.pk), keys(alice.pk)
    assert row._asdict() == expected._asdict()
    assert [type(value) for value in row] == [type(value) for value in expected]


def test_their_related_rows_cost_no_query(alice, django_assert_num_queries):
    rows = Rows(lambda user: ApiKey.objects.select_related("user").filter(user=user), user=UUID)
    ApiKey.issue(alice, "laptop")
    rows(user=alice.pk)
    with django_assert_num_queries(1):
        assert rows.first(user=alice.pk).user.username == "alice"


def test_rows_named_one_by_one_are_those_and_no_others(alice, bob, monkeypatch):
    def named(names, but):
        return User.objects.filter(username__in=names).exclude(username=but)

    people = Among(named, str, but=str)
    for most in (40, 1):  # of more, as Django asks
        monkeypatch.setattr(Among, "MOST", most)
        for names in ([], ["alice"], ["bob", "nobody"], ["alice", "bob"]):
            found = sorted(each.username for each in people(names, but="nobody"))
            assert found == [name for name in names if name != "nobody"]
        assert [each.username for each in people(["alice", "bob"], but="alice")] == ["bob"]


def test_annotations_and_every_kind_of_field_come_as_from_the_query(painter):
    def named(slug):
        return ImageModel.objects.filter(slug=slug).annotate(twice=F("units") * 2, one=Value(1))

    [row] = Rows(named, slug=str)(slug=painter.slug)
    expected = named(painter.slug).get()
    assert facts(row) == facts(expected)
    assert (row.twice, row.one) == (expected.twice, 1)


def test_values_come_as_values(alice):
    values = Rows(
        lambda name: User.objects.filter(username=name).values_list("username", "email"), name=str
    )
    assert [tuple(row) for row in values(name="alice")] == [("alice", alice.email)]


def test_the_values_of_one_call_are_not_those_of_the_next(studio):
    topics = [Topic.objects.create(workspace=studio, name=str(number)) for number in range(3)]
    change = Change(
        lambda pk, moment: (Topic.objects.living().filter(pk=pk), {"last_used": moment}),
        pk=UUID,
        moment=datetime.datetime,
    )
    moments = [now() + datetime.timedelta(days=number) for number in range(3)]
    for topic, moment in zip(topics, moments, strict=True):
        assert change(pk=topic.pk, moment=moment) == 1
    assert [Topic.objects.get(pk=topic.pk).last_used for topic in topics] == moments
    Topic.objects.filter(pk=topics[0].pk).update(deleted=now())
    assert change(pk=topics[0].pk, moment=now()) == 0


def test_a_value_may_stand_in_several_places(alice):
    rows = Rows(
        lambda text: User.objects.filter(username=text) | User.objects.filter(first_name=text),
        text=str,
    )
    assert [row.pk for row in rows(text="alice")] == [alice.pk]


def test_numbers_are_exact(alice):
    account = Account.objects.of(alice)
    change = Change(
        lambda pk, units, most: (
            Account.objects.filter(pk=pk, held__lte=most - F("spent")),
            {"held": F("held") + units},
        ),
        pk=int,
        units=Decimal,
        most=Decimal,
    )
    for _ in range(3):
        assert change(pk=account.pk, units=Decimal("0.5"), most=Decimal(1)) == 1
    assert change(pk=account.pk, units=Decimal("0.5"), most=Decimal(1)) == 0
    account.refresh_from_db()
    assert account.held == 1.5


def test_what_is_not_found_among_the_parameters_is_a_mistake_that_shows():
    rows = Rows(lambda name: User.objects.filter(username="alice"), name=str)
    with pytest.raises(ValueError, match="name"):
        rows(name="bob")


def test_new_rows_are_as_bulk_create_would_write_them(studio, painter, alice):
    def batch(prompt):
        return Batch(
            workspace=studio,
            topic=studio.default_topic,
            author=alice,
            model=painter,
            prompt=prompt,
            width=64,
            height=64,
            num_inference_steps=2,
            guidance_scale=1.5,
            seed=1,
            margins={"left": 8},
            corrections=["Ä"],
        )

    ours, theirs = [batch("a"), batch("b")], [batch("a"), batch("b")]
    insert(ours)
    Batch.objects.bulk_create(theirs)
    for one, other in zip(ours, theirs, strict=True):
        kept = facts(Batch.objects.get(pk=one.pk)) | {"id": 0, "created": 0}
        assert kept == facts(Batch.objects.get(pk=other.pk)) | {"id": 0, "created": 0}
        assert facts(one) == facts(Batch.objects.get(pk=one.pk))
        assert not one._state.adding


def test_keys_that_the_database_makes_are_left_to_it():
    insert([Event(channel="a", kind="b", subject=str(number)) for number in range(3)])
    insert([Event(channel="a", kind="b", subject="3")])
    insert([])
    assert list(Event.objects.order_by("id").values_list("subject", flat=True)) == list("0123")


def test_very_many_rows_are_written_in_parts(monkeypatch):
    monkeypatch.setattr("pixazo.insertion.MOST_VALUES", 9)  # two rows at a time
    insert([Event(channel="a", kind="b", subject=str(number)) for number in range(7)])
    assert list(Event.objects.order_by("id").values_list("subject", flat=True)) == list("0123456")


@pytest.mark.django_db(transaction=True)
def test_of_several_new_rows_all_are_written_or_none(alice):
    key, _ = ApiKey.issue(alice, "laptop")
    new = [ApiKey(user=alice, name="a", prefix="p", digest=digest) for digest in ("x", key.digest)]
    with pytest.raises(IntegrityError):
        insert(new)
    assert not ApiKey.objects.filter(digest="x").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([ApiKey(user=alice, name="a", prefix="p", digest=key.digest)])
    assert connection.get_autocommit()


def test_columns_are_written_as_bulk_create_would_write_the_rows(alice):
    account = Account.objects.of(alice)
    ids, units = [uuid7() for _ in range(3)], [1, 0.5, Decimal(2)]
    references = [uuid4() for _ in range(3)]
    today = account.day
    insert_columns(
        Hold, 3, id=ids, account_id=account.pk, reference=references, units=units, day=today
    )
    theirs = [
        Hold(account=account, reference=uuid4(), units=each, day=today, state=Hold.State.HELD)
        for each in units
    ]
    Hold.objects.bulk_create(theirs)
    for pk, reference, other in zip(ids, references, theirs, strict=True):
        one, other = Hold.objects.get(pk=pk), Hold.objects.get(pk=other.pk)
        differs = {"id": 0, "created": 0, "reference": 0}
        assert facts(one) | differs == facts(other) | differs
        assert one.reference == reference
        assert abs(one.created - other.created) < datetime.timedelta(minutes=1)


@pytest.mark.parametrize("count", [1, 3])
def test_each_row_of_columns_has_a_key_of_its_own_and_the_defaults(alice, count):
    insert_columns(ApiKey, count, user_id=alice.pk, digest=[str(each) for each in range(count)])
    rows = ApiKey.objects.order_by("digest")
    assert [row.digest for row in rows] == [str(each) for each in range(count)]
    assert len({row.pk for row in rows}) == count
    assert {(row.name, row.revoked) for row in rows} == {("", None)}
    assert {row.created for row in rows} == {rows[0].created}


def test_a_column_that_there_is_not_is_a_mistake_that_shows():
    with pytest.raises(ValueError, match="colour"):
        insert_columns(Event, 1, channel="a", colour="red")


def test_more_rows_of_columns_than_one_statement_takes(monkeypatch):
    monkeypatch.setattr("pixazo.insertion.MOST_VALUES", 8)
    insert_columns(Event, 7, channel="a", kind="b", subject=[str(each) for each in range(7)])
    assert [event.subject for event in Event.objects.order_by("id")] == list("0123456")
    insert_columns(Event, 0, channel="a")
    assert Event.objects.count() == 7


def test_what_counts_statements_counts_those_that_go_straight_to_the_driver(
    alice, django_assert_num_queries
):
    rows = Rows(lambda name: User.objects.filter(username=name), name=str)
    assert rows(name="alice") == [alice]
    with django_assert_num_queries(1):
        assert rows(name="alice") == [alice]


def test_a_request_counts_its_statements_without_slowing_them(alice, monkeypatch):
    """They go straight to the driver though somebody counts, and are counted all the same."""
    rows = Rows(lambda name: User.objects.filter(username=name), name=str)
    change = Change(lambda pk: (User.objects.filter(pk=pk), {"first_name": "A"}), pk=UUID)
    sent = []
    monkeypatch.setattr("pixazo.sending._sent", lambda *args, **kwargs: sent.append(1) or ([], 0))
    with counting_queries() as count:
        rows(name="alice")
        change(pk=alice.pk)
        assert User.objects.count() == 1
    assert (count.sent, len(sent)) == (3, 2)


def test_an_error_of_the_driver_is_one_of_djangos(alice):
    insert_columns(ApiKey, 1, user_id=alice.pk, digest="once")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_columns(ApiKey, 1, user_id=alice.pk, digest="once")
    assert ApiKey.objects.count() == 1


PLANNED = Rows(
    lambda name: ApiKey.objects.filter(name=name).only("name"), planned_once=True, name=str
)


def plans():
    """The statements whose plans this connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE from_sql = false")
        return [sql for (sql,) in cursor.fetchall() if "apikey" in sql]


@pytest.fixture
def no_plans(transactional_db):
    """Of tests before."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps none for us")
    connection.ensure_connection()
    connection.connection._prepared.clear()
    connection.connection.pgconn.exec_(b"DEALLOCATE ALL")
    assert plans() == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_plan_of_what_is_often_asked_for_by_a_key_is_kept(no_plans, alice):
    ApiKey.issue(alice, "laptop")
    always_anew = Rows(lambda name: ApiKey.objects.filter(name=name).only("prefix"), name=str)
    for _ in range(9):
        assert [row.name for row in PLANNED(name="laptop")] == ["laptop"]
        assert PLANNED(name="robot") == []
        assert len(always_anew(name="laptop")) == 1
    assert len(plans()) == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_in_a_transaction_no_plan_is_kept_or_followed(no_plans, alice):
    ApiKey.issue(alice, "laptop")
    with transaction.atomic():
        for _ in range(9):
            assert len(PLANNED(name="laptop")) == 1
    assert plans() == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_asks_first_follows_no_plan_either(no_plans, alice):
    """Until then PostgreSQL knows of no transaction; to ask again would fail all the same."""
    change = "ALTER TABLE accounts_apikey ALTER COLUMN name TYPE "
    ApiKey.issue(alice, "laptop")
    for _ in range(9):
        with transaction.atomic():
            assert len(PLANNED(name="laptop")) == 1
    assert plans() == []
    for _ in range(9):
        PLANNED(name="laptop")
    assert len(plans()) == 1
    try:
        elsewhere(change + "text")
        with transaction.atomic():
            assert len(PLANNED(name="laptop")) == 1
    finally:
        elsewhere(change + "varchar(100)")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_plan_of_before_a_migration_costs_nobody_an_answer(no_plans, alice):
    change = "ALTER TABLE accounts_apikey ALTER COLUMN name TYPE "
    ApiKey.issue(alice, "laptop")
    for _ in range(9):
        PLANNED(name="laptop")
    assert len(plans()) == 1
    try:
        elsewhere(change + "text")
        for _ in range(9):
            assert [row.name for row in PLANNED(name="laptop")] == ["laptop"]
        assert len(plans()) == 1
    finally:
        elsewhere(change + "varchar(100)")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_plan_that_a_pooler_gave_to_somebody_else_costs_nobody_an_answer(no_plans, alice):
    ApiKey.issue(alice, "laptop")
    for _ in range(9):
        PLANNED(name="laptop")
    # Not psycopg's own way: it does not see that they are gone.
    connection.connection.pgconn.exec_(b"DEALLOCATE ALL")
    for _ in range(9):
        assert [row.name for row in PLANNED(name="laptop")] == ["laptop"]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_pooler_gives_nobody_the_answer_to_what_somebody_else_asked(no_plans):
    """psycopg names plans alike in every process. A pooler may send one's next statement to where
    another's plan bears its name, takes as many values, and answers something else."""
    one, other = beside_all_pools(), beside_all_pools()
    with closing(one), closing(other):
        for _ in range(9):
            assert said(one, "SELECT 'mine', %s::text") == ("mine", "a")
            assert said(other, "SELECT 'theirs', %s::text") == ("theirs", "a")
        [name] = [row[0] for row in other.execute("SELECT name FROM pg_prepared_statements")]
        one.pgconn.exec_(b"DEALLOCATE ALL")
        one.pgconn.prepare(name.encode(), b"SELECT 'theirs', $1::text")
        assert said(one, "SELECT 'mine', %s::text") == ("mine", "a")


def beside_all_pools():
    return connection.Database.connect(**connection.get_connection_params(), autocommit=True)


def said(driver, sql):
    return sending.DRIVERS["postgresql"](driver, sql, ["a"], True).fetchone()


def elsewhere(statement):
    """On a connection of its own."""

    def tell():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    thread = Thread(target=tell)
    thread.start()
    thread.join()
