import pytest

from generation import estimate
from generation.contract import MODES
from generation.tests.gateway_site import (  # noqa: F401
    gateway,
    media,
    paid,
    queued,
    sdxl,
    service,
)
from generation.tests.openai_site import (  # noqa: F401
    artist,
    drawn,
    foreign_name,
    openai_address,
    openai_client,
    openai_key,
)
from generation.tests.programs import key_client
from generation.tests.tiny import tiny  # noqa: F401
from generation.tests.tiny_families import tiny_of  # noqa: F401


@pytest.fixture(autouse=True)
def _durable_storage(settings):
    """Pictures are stored as the site stores them, in this test's own folder."""
    storages = settings.STORAGES
    settings.STORAGES = {
        **storages,
        "default": {**storages["default"], "BACKEND": "generation.storage.DurableStorage"},
    }


@pytest.fixture(autouse=True)
def _nothing_measured():
    """What one test's pictures took tells the next one nothing."""
    estimate.forget()


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    """The lanes that were rung for; no broker is bothered."""
    heard = []
    monkeypatch.setattr("generation.doorbell.ring", heard.append)
    return heard


@pytest.fixture
def program(studio, alice):
    """Alice's program, with her key."""
    return key_client(alice)


@pytest.fixture
def editor(painter):
    """A painter that does everything."""
    painter.contract_data |= {
        "modes": list(MODES),
        "references": 2,
        "schedulers": ["euler", "ddim"],
        "loras": 3,
    }
    painter.family = "sdxl"
    painter.save()
    return painter
