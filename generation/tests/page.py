"""What the tests of the studio's pages share: the page's own requests, and what an answer says."""

import re

from django.urls import reverse

FETCH = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "text/html, application/json"}


def address(name, workspace, *row):
    return reverse(name, args=[workspace.slug, *(each.pk for each in row)])


def generate(client, workspace, **fields):
    """Submit the form as the page's script does."""
    key = fields.pop("key", "")
    fields = {"prompt": "a red house", "model": "painter", **fields}
    headers = {**FETCH, "HTTP_IDEMPOTENCY_KEY": key}
    return client.post(address("generate", workspace), fields, **headers)


def press(client, name, workspace, row):
    return client.post(address(name, workspace, row), **FETCH)


def words(response):
    """An answer's text as a person reads it."""
    text = re.sub(r"<(script|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())
