import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils.timezone import now
from rest_framework.response import Response

from accounts.models import ApiKey
from pixazo.api import Door


class Whoami(Door):
    def get(self, request):
        return Response({"name": request.user.username})

    post = get


def ask(user=None, method="get", check=False, cookies=None, **headers):
    """Call a door as a program (headers), as a page (`user` is signed in), or as both."""
    factory = RequestFactory(headers=headers, enforce_csrf_checks=check)
    request = getattr(factory, method)("/api/whoami", content_type="application/json")
    request.user = user or AnonymousUser()
    if user:
        request.COOKIES["sessionid"] = "a session of theirs"
    request.COOKIES.update(cookies or {})
    request._dont_enforce_csrf_checks = not check
    response = Whoami.as_view()(request)
    response.render()
    return response


@pytest.fixture
def key(alice):
    row, text = ApiKey.issue(alice, "Laptop")
    row.text = text
    return row


def test_a_bearer_key_signs_in(key):
    assert ask(authorization=f"Bearer {key.text}").data == {"name": "alice"}


def test_the_scheme_may_be_written_in_any_case(key):
    assert ask(authorization=f"bearer {key.text}").status_code == 200


def test_the_other_header_signs_in_too(key):
    assert ask(x_api_key=key.text).data == {"name": "alice"}


def test_the_same_key_in_both_headers_is_one_key(key):
    assert ask(authorization=f"Bearer {key.text}", x_api_key=key.text).status_code == 200


def test_two_different_keys_are_refused(key, bob):
    _, other = ApiKey.issue(bob, "Phone")
    response = ask(authorization=f"Bearer {key.text}", x_api_key=other)
    assert response.status_code == 400
    assert response.data["error"]["code"] == "two_credentials"


def test_a_key_and_somebody_elses_session_are_refused(key, bob):
    assert ask(bob, authorization=f"Bearer {key.text}").status_code == 400


def test_a_key_and_the_same_persons_session_are_welcome(key, alice):
    assert ask(alice, authorization=f"Bearer {key.text}").status_code == 200


def test_single_user_mode_signs_in_without_a_cookie_and_a_key_still_counts(key, bob):
    request = RequestFactory(headers={"x-api-key": key.text}).get("/api/whoami")
    request.user = bob  # as accounts.solo does
    assert Whoami.as_view()(request).data == {"name": "alice"}


def test_every_bad_key_gets_the_same_answer(key, bob):
    revoked, revoked_text = ApiKey.issue(bob, "Old")
    revoked.revoke()
    answers = {
        json.dumps([response.status_code, response.data, response["WWW-Authenticate"]])
        for response in (
            ask(),
            ask(authorization="Bearer"),
            ask(authorization="Bearer "),
            ask(authorization=f"Bearer {key.text} and more"),
            ask(authorization=f"Bearer {key.text[:-1]}"),
            ask(authorization=f"Bearer {key.text.removeprefix('pxz_')}"),
            ask(authorization=f"Bearer {key.prefix}"),
            ask(authorization=f"Bearer {key.digest}"),
            ask(authorization=f"Bearer {key.text}, Bearer {revoked_text}"),
            ask(authorization=f"Basic {key.text}"),
            ask(authorization="Bearer \xff\xfe"),
            ask(authorization="Bearer " + "x" * 100_000),
            ask(x_api_key=""),
            ask(x_api_key="pxz_unknown"),
            ask(x_api_key=revoked_text),
        )
    }
    assert len(answers) == 1
    status, body, challenge = json.loads(answers.pop())
    assert status == 401
    assert body["error"]["code"] == "unauthenticated"
    assert challenge == 'Bearer realm="Pixazo"'


def test_a_key_of_a_person_who_may_no_longer_sign_in_is_worth_nothing(key, alice):
    alice.is_active = False
    alice.save()
    assert ask(x_api_key=key.text).status_code == 401


def test_a_bad_key_is_not_saved_by_a_good_session(alice):
    assert ask(alice, x_api_key="pxz_unknown").status_code == 401


def test_a_key_in_the_address_is_never_looked_at(key):
    client = Client()
    for name in ("api_key", "key", "token", "access_token", "x-api-key"):
        assert client.get(f"/api/models?{name}={key.text}").status_code == 401


def test_a_session_may_write_only_with_a_csrf_token(alice):
    assert ask(alice, method="get", check=True).status_code == 200
    assert ask(alice, method="post", check=True).status_code == 403


def test_a_key_needs_no_csrf_token(key):
    assert ask(method="post", check=True, x_api_key=key.text).status_code == 200


def test_use_is_remembered_to_the_minute(key, django_assert_num_queries):
    before = now()
    ask(x_api_key=key.text)
    key.refresh_from_db()
    first = key.last_used
    assert before <= first <= now()
    with django_assert_num_queries(1):
        ask(x_api_key=key.text)
    key.refresh_from_db()
    assert key.last_used == first


def test_a_refused_key_leaves_no_trace_of_use(key):
    key.revoke()
    ask(x_api_key=key.text)
    key.refresh_from_db()
    assert key.last_used is None
