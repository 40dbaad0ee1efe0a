"""Programs that speak to the API with somebody's key."""

from django.test import Client

from accounts.models import ApiKey


def key_client(user):
    _, key = ApiKey.issue(user, "Test")
    return Client(headers={"Authorization": f"Bearer {key}"})
