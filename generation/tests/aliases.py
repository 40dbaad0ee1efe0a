"""What the tests of the alias doors share."""

from generation.tests.alias_shapes import misfit


def call(client, method, path, body=None, **headers):
    """With a JSON body, as their clients send it."""
    known = {"content_type": "application/json"} if method != "get" else {}
    sent = {} if method == "get" else {"data": body or {}}
    return getattr(client, method)(path, **sent, **known, headers=headers or None)


def said(response, shape, status=200):
    """The answer, of that status and that shape."""
    assert response.status_code == status, (response.status_code, response.content[:500])
    answer = response.json()
    assert misfit(answer, shape) == ""
    return answer
