import pytest

from chat.models import ChatModel, ChatProvider, Conversation
from chat.tests.language_model import KEY, MODELS, LanguageModel


@pytest.fixture
def language_model(settings):
    """The stand-in, at an address inside that staff trust."""
    with LanguageModel() as model:
        settings.TRUSTED_HOSTS = [*settings.TRUSTED_HOSTS, model.host]
        yield model


@pytest.fixture
def provider(db, language_model):
    """Staff's own, with the four first models."""
    provider, _ = ChatProvider.objects.update_or_create(
        slug="grok",
        defaults={"name": "Grok", "base_url": language_model.url, "key": KEY, "enabled": True},
    )
    for position, slug in enumerate(MODELS):
        ChatModel.objects.get_or_create(
            slug=slug, defaults={"name": slug, "provider": provider, "position": position}
        )
    return provider


@pytest.fixture
def model(provider):
    return ChatModel.objects.select_related("provider").get(slug="grok-4")


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    """The messages that were rung for; no broker is bothered."""
    heard = []
    monkeypatch.setattr("chat.doorbell.ring", heard.append)
    return heard


@pytest.fixture
def talk(studio, alice, provider):
    """A chat of Alice's in the studio."""
    return Conversation.objects.create(workspace=studio, author=alice, model="grok-4")
