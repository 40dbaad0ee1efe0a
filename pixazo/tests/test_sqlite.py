"""Transactions of one process wait for each other in a line, and nobody stays in it for good."""

import threading
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from pixazo.models import Event
from pixazo.sqlite import base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite"),
]


def impatient():
    """From now on this thread's connection gives up at once where SQLite has it wait."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")


def write():
    with transaction.atomic():
        Event.objects.create(channel="a", kind="b", subject="c")


@contextmanager
def elsewhere(*steps):
    """Runs these in a thread of its own; what they raise is raised here."""
    raised = []

    def work():
        try:
            for step in steps:
                step()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield thread
    thread.join(60)
    if raised:
        raise raised[0]


class Watched:
    """The lock, and whether somebody asks for it."""

    def __init__(self):
        self.lock, self.asked = threading.Lock(), threading.Event()

    def acquire(self, timeout):
        self.asked.set()
        return self.lock.acquire(timeout=timeout)

    def release(self):
        self.lock.release()


def test_a_transaction_waits_its_turn_and_not_at_the_databases_lock(monkeypatch):
    turn = Watched()
    monkeypatch.setattr(base, "_turn", turn)
    with transaction.atomic():
        Event.objects.create(channel="a", kind="b", subject="first")
        turn.asked.clear()
        other = elsewhere(impatient, write)
        other.__enter__()
        assert turn.asked.wait(60)
        assert Event.objects.count() == 1
    other.__exit__(None, None, None)
    assert Event.objects.count() == 2


def test_after_a_rollback_it_is_somebody_elses_turn():
    with pytest.raises(ValueError, match="undone"), transaction.atomic():
        raise ValueError("undone")
    with elsewhere(impatient, write):
        pass
    assert Event.objects.count() == 1


def test_after_a_connection_that_was_closed_in_its_transaction_too():
    @transaction.atomic
    def cut_off():
        connection.close()
        write()

    with pytest.raises(DatabaseError):
        cut_off()
    with elsewhere(impatient, write):
        pass
    assert Event.objects.count() == 1


def test_after_a_transaction_that_could_not_begin_too(monkeypatch):
    def locked(self):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(base.base.DatabaseWrapper, "_start_transaction_under_autocommit", locked)
        with pytest.raises(OperationalError):
            write()
    with elsewhere(impatient, write):
        pass
    assert Event.objects.count() == 1


def test_many_at_once_all_come_to_write():
    threads = [elsewhere(impatient, *[write] * 20) for _ in range(8)]
    for each in threads:
        each.__enter__()
    for each in threads:
        each.__exit__(None, None, None)
    assert Event.objects.count() == 160
