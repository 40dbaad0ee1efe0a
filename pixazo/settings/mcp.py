"""Tools for language models: the Model Context Protocol, at /mcp (docs/mcp.md)."""

from pixazo.settings.places import env

MCP = env.bool("PIXAZO_MCP", True, "Lets assistants with an API key make pictures, at /mcp.")
MCP_ORIGINS = env.list(
    "PIXAZO_MCP_ORIGINS",
    [],
    "Sites besides this one whose pages may call /mcp, each as https://host.",
)
MCP_SECONDS = env.float(
    "PIXAZO_MCP_SECONDS",
    50.0,
    "So long a tool waits for pictures before it says where they will be found. Many clients give"
    " up after a minute.",
)
MCP_KEY = env.secret("PIXAZO_MCP_KEY", "", "The API key that manage.py mcp (stdio) works with.")
# What stands beside Django in the web process, by its path.
BESIDE = {"/mcp": "chat.mcp.web.application"} if MCP else {}
