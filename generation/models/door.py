"""Through which door of the site a request came."""

from django.db import models
from django.utils.translation import gettext_lazy


class Door(models.TextChoices):
    """Each door says its own name when it builds a request; old requests have none."""

    PAGE = "page", gettext_lazy("the studio")
    API = "api", gettext_lazy("the API")
    OPENAI = "openai", gettext_lazy("the OpenAI dialect")
    MCP = "mcp", gettext_lazy("an assistant (MCP)")
    CHAT = "chat", gettext_lazy("the chat")
    TELEGRAM = "telegram", gettext_lazy("Telegram")
