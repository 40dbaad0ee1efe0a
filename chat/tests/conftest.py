import pytest
from django.core.cache import cache

from accounts.telling import channels
from chat.models import ChatModel, ChatProvider, Conversation
from chat.telegram import saying
from chat.telegram.telling import register_channel
from chat.tests.bot_api import TOKEN, TelegramServer
from chat.tests.language_model import KEY, MODELS, LanguageModel
from chat.tests.telegram import linked
from generation.tests.openai_site import (  # noqa: F401
    artist,
    drawn,
    foreign_name,
    openai_address,
    openai_client,
    openai_key,
)


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


@pytest.fixture
def telegram(settings, monkeypatch, db):
    """The stand-in, and a site whose bells are answered at once, in the test's own thread."""
    with TelegramServer() as server:
        settings.TELEGRAM_TOKEN, settings.TELEGRAM_API = TOKEN, server.url
        settings.TELEGRAM_WEBHOOK = False
        monkeypatch.setattr(saying, "SECONDS_BETWEEN", 0.0)
        monkeypatch.setattr("chat.telegram.tasks._ring", lambda *args: None)
        monkeypatch.setattr("chat.telegram.polling.WAIT", 0)
        monkeypatch.setattr("chat.telegram.polling.close_old_connections", lambda: None)
        cache.clear()
        register_channel()
        yield server
    cache.clear()
    channels._known.pop("telegram", None)


@pytest.fixture
def ann(telegram, alice):
    """Alice's Telegram account, linked."""
    return linked(telegram, alice, 4200)
