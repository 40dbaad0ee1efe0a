"""Many at once through a real web process: nobody's words are in another's answer (S15), and who
tries too often keeps nobody else out (S77)."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from django.core.cache import cache
from django.test import Client

from chat.tests.mcp_site import Server, key_of
from pixazo.tests.cast import make_person
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PEOPLE, ROUNDS, AT_ONCE = 20, 10, 24
PASSWORD = "a-long-enough-passphrase"


def test_nobodys_words_are_in_anothers_answer():
    """Pages by session and lists by key, two hundred of them, of which some hang up midway."""
    people = [make_person(f"person{number:02}") for number in range(PEOPLE)]
    marks = {person: f"mark-of-{person.username}" for person in people}
    cookies, keys = {}, {}
    for person in people:
        Workspace.found(person, marks[person])
        client = Client()
        client.force_login(person)
        cookies[person] = client.cookies["sessionid"].value
        keys[person] = key_of(person)

    def ask(turn):
        person = people[turn % PEOPLE]
        if turn % 2:
            headers = {"Authorization": f"Bearer {keys[person]}"}
            where = "/api/v1/workspaces"
        else:
            headers = {"Cookie": f"sessionid={cookies[person]}"}
            where = "/workspaces/"
        with httpx2.stream("GET", url + where, headers=headers, timeout=120) as answer:
            if turn % 9 == 4:
                return person, None  # hung up before it was read
            answer.read()
            return person, answer.text if answer.status_code == 200 else answer.status_code

    with Server() as server, ThreadPoolExecutor(AT_ONCE) as many:
        url = server.url.removesuffix("/mcp")
        told = [each for each in many.map(ask, range(PEOPLE * ROUNDS)) if each[1] is not None]
    assert len(told) > PEOPLE * ROUNDS * 0.8
    for person, text in told:
        assert marks[person] in str(text)
        assert not [mark for other, mark in marks.items() if other != person and mark in text]


def test_who_tries_too_often_is_told_when_to_come_back_and_others_get_in(alice):
    cache.clear()
    alice.set_password(PASSWORD)
    alice.save()
    afar = Client(REMOTE_ADDR="203.0.113.7")
    for where, form in (
        ("/account/login/", {"login": "nobody{}", "password": "wrong"}),
        ("/account/signup/", {"email": "a{}@b.example", "username": "x{}", "password1": "y"}),
        ("/account/password/reset/", {"email": "a{}@b.example"}),
    ):
        answers = [
            afar.post(where, {name: text.format(number) for name, text in form.items()})
            for number in range(35)
        ]
        refused = [each for each in answers if each.status_code == 429]
        assert refused, where
        assert all(int(each["Retry-After"]) > 0 for each in refused)
    near = Client(REMOTE_ADDR="198.51.100.4")
    answer = near.post("/account/login/", {"login": "alice", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
