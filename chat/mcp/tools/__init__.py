"""All tools, one list, in the order in which clients show them."""

from chat.mcp.tools import account, choosing, making, pictures, requests, words
from chat.mcp.tools.tool import Tool

TOOLS: dict[str, Tool] = {
    tool.name: tool
    for room in (making, requests, pictures, choosing, words, account)
    for tool in room.TOOLS
}
