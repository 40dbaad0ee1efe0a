"""One tool: what it is called, what it takes, what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from pixazo.scopes import READ


@dataclass(frozen=True)
class Tool:
    """`schema` is asked for whoever lists the tools. A key without `scope` doesn't see it.

    Title and description are read by language models, in English. `is_read_only` changes nothing;
    `is_destructive` ends or deletes; `is_repeatable`: a second time changes nothing more.
    """

    name: str
    title: str
    description: str
    schema: Callable[[Any], dict[str, Any]]
    run: Callable[[Caller, Mapping[str, Any]], Answer]
    scope: str = READ
    is_read_only: bool = True
    is_destructive: bool = False
    is_repeatable: bool = True
