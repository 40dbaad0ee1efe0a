"""`manage.py mcp`: the tools over stdio, for assistants that start their servers themselves."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import ApiKey


class Command(BaseCommand):
    help = "Serves the tools of docs/mcp.md over stdin and stdout, with the key in PIXAZO_MCP_KEY."
    requires_system_checks: list[str] = []  # what they would print is no message of the protocol

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MCP_KEY:
            raise CommandError(
                "Set PIXAZO_MCP_KEY to an API key: manage.py create_api_key makes one."
            )
        if ApiKey.find(settings.MCP_KEY) is None:
            raise CommandError("The key in PIXAZO_MCP_KEY is not valid (any more).")
        # Whatever else is printed meanwhile goes to stderr: the SDK keeps stdout for its messages.
        asyncio.run(_serve())


async def _serve() -> None:
    from mcp.server.stdio import stdio_server

    from chat.mcp.server import server

    serving = server(lambda context: settings.MCP_KEY, lambda context: settings.LANGUAGE_CODE)
    async with stdio_server() as (incoming, outgoing):
        await serving.run(incoming, outgoing, serving.create_initialization_options())
