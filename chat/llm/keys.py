"""With which key a provider is asked, and what the environment vouches for."""

from urllib.parse import urlsplit

from django.conf import settings

from chat.models import ChatProvider
from chat.models.chat_provider import GROK
from generation.providers.remote.asking import origin


def key_of(provider: ChatProvider) -> str:
    """Empty where nobody has given one. The environment's goes to the environment's address only,
    never to where staff may have led the provider since."""
    if provider.key:
        return provider.key
    is_there = settings.GROK_URL and origin(provider.address) == origin(settings.GROK_URL)
    key: str = settings.GROK_KEY if provider.slug == GROK and is_there else ""
    return key


def trusted_of(provider: ChatProvider) -> list[str]:
    """Whoever wrote an address into the environment may have meant one inside the network."""
    if provider.base_url or not settings.GROK_URL:
        return []
    _scheme, host, port = origin(settings.GROK_URL)
    name = f"[{host}]" if ":" in host else host
    return [f"{name}:{port}"] if urlsplit(settings.GROK_URL).hostname else []
