"""`/api/v1/exports`: a person's own data, by a program that may change things, for them alone."""

import io
import zipfile

import pytest
from django.test import Client

from accounts import taking_along
from accounts.models import ApiKey, DataExport
from pixazo.scopes import GENERATE, READ

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HERE = "/api/v1/exports"


def with_key(user, *scopes):
    _row, key = ApiKey.issue(user, "Test", scopes or ("read", "generate", "manage"))
    return Client(headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def program(alice, monkeypatch):
    monkeypatch.setattr("accounts.api.exports.ring_for_export", lambda pk: None)
    return with_key(alice)


def test_it_is_asked_for_watched_and_fetched(program, alice):
    told = program.post(HERE)
    assert told.status_code == 202, told.content
    where = f"{HERE}/{told.json()['id']}"
    assert (told.json()["state"], told.json()["file_url"]) == ("queued", None)
    assert program.get(f"{where}/file").status_code == 404
    assert program.post(HERE).status_code == 409
    taking_along.work(DataExport.objects.get().pk)
    row = program.get(where).json()
    assert (row["state"], row["total"]) == ("done", 0)
    file = program.get(row["file_url"])
    assert file.headers["Cache-Control"] == "private, no-store"
    assert "profile.json" in zipfile.ZipFile(io.BytesIO(file.getvalue())).namelist()
    assert program.get(HERE).json()["exports"] == [row]
    assert program.delete(where).status_code == 204
    assert program.get(where).status_code == 404


def test_a_key_that_only_reads_or_draws_gets_none(program, alice):
    export = DataExport.objects.ask(alice)
    taking_along.work(export.pk)
    for scope in (READ, GENERATE):
        client = with_key(alice, scope)
        assert client.post(HERE).status_code == 403
        assert client.get(f"{HERE}/{export.pk}/file").status_code == 403


def test_on_a_page_it_takes_a_sign_in_of_just_now(as_alice):
    session = as_alice.session
    session["began"] -= 11 * 60
    session.save()
    told = as_alice.post(HERE)
    assert (told.status_code, told.json()["code"]) == (403, "sign_in_again")
    assert not DataExport.objects.exists()


def test_nobody_elses(program, bob):
    export = DataExport.objects.ask(bob)
    taking_along.work(export.pk)
    assert program.get(HERE).json()["exports"] == []
    for where in (f"{HERE}/{export.pk}", f"{HERE}/{export.pk}/file"):
        assert program.get(where).status_code == 404
    assert program.delete(f"{HERE}/{export.pk}").status_code == 404
