"""The cast of every test: Alice owns *studio*, Bob works there, Charlie must see nothing."""

import pytest
from django.test import Client

from accounts.models import User
from generation.models import ImageModel
from workspaces.models import Membership, Workspace

PASSWORD = "a-long-enough-passphrase"


def make_person(name, **fields):
    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, **fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def alice(db):
    return make_person("alice")


@pytest.fixture
def bob(db):
    return make_person("bob")


@pytest.fixture
def charlie(db):
    return make_person("charlie")


@pytest.fixture
def studio(alice, bob):
    workspace = Workspace.found(alice, "Studio")
    Membership.objects.create(workspace=workspace, user=bob, role=Membership.Role.EDITOR)
    return workspace


def _client(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice):
    return _client(alice)


@pytest.fixture
def as_bob(bob):
    return _client(bob)


@pytest.fixture
def as_charlie(charlie):
    return _client(charlie)


@pytest.fixture
def painter(db):
    """A model of the catalogue that the fake engine draws (generation/tests/fake_engine.py)."""
    return ImageModel.objects.create(
        slug="painter",
        name="Painter",
        provider="fake",
        address="steady",
        contract_data={
            "width": {"default": 64, "min": 32, "max": 256, "step": 8},
            "height": {"default": 64, "min": 32, "max": 256, "step": 8},
            "num_inference_steps": {"default": 4, "min": 1, "max": 50},
        },
    )


@pytest.fixture
def dora(db):
    """Staff who may do everything; a member of nobody's workspace."""
    return make_person("dora", is_staff=True, is_superuser=True)


@pytest.fixture
def as_dora(dora):
    return _client(dora)
