"""Puts what tools say into the protocol's words: text, pictures of bounded size, links to them."""

import base64
import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404
from mcp_types import (
    BlobResourceContents,
    CallToolResult,
    ImageContent,
    Resource,
    ResourceLink,
    TextContent,
    TextResourceContents,
    Tool,
    ToolAnnotations,
)
from rest_framework.utils.encoders import JSONEncoder

from chat.mcp import tools
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from chat.mcp.resources import Content
from generation import serving
from generation.models import Image
from pixazo.errors import UserError

# Of all pictures in one result, before base64. Several clients drop results beyond a megabyte.
MOST_BYTES = 600 * 1024

log = logging.getLogger(__name__)


def result(answer: Answer) -> CallToolResult:
    """Asks storage for the pictures: in a thread."""
    content: list[Any] = [TextContent(type="text", text=answer.text)]
    content += _shown(answer.pictures)
    content += [link(image) for image in answer.pictures]
    return CallToolResult(content=content, structured_content=_plain(answer.data) or None)


def refused(error: UserError) -> CallToolResult:
    """Not a fault of the protocol: the model reads it, and may try again or tell its person."""
    words = [error.sentence]
    for name, sentences in error.fields.items():
        words += [f"{name}: {each}" for each in sentences if each != error.sentence]
    told = error.as_dict()
    if error.retry_after:
        told["retry_after"] = error.retry_after
    text = TextContent(type="text", text="\n".join(words))
    return CallToolResult(content=[text], structured_content=told, is_error=True)


def listed(caller: Caller) -> list[Tool]:
    """What this key may use, with the schemas of what this person may use."""
    return [
        Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.schema(caller.user),
            annotations=ToolAnnotations(
                title=tool.title,
                read_only_hint=tool.is_read_only,
                destructive_hint=tool.is_destructive,
                idempotent_hint=tool.is_repeatable,
                open_world_hint=False,
            ),
        )
        for tool in tools.TOOLS.values()
        if tool.scope in caller.auth.scopes
    ]


def resource(image: Image) -> Resource:
    return Resource(**_named(image))


def link(image: Image) -> ResourceLink:
    return ResourceLink(type="resource_link", **_named(image))


def contents(uri: str, content: Content) -> TextResourceContents | BlobResourceContents:
    if content.text:
        return TextResourceContents(uri=uri, mime_type=content.mime_type, text=content.text)
    blob = base64.b64encode(content.blob).decode()
    return BlobResourceContents(uri=uri, mime_type=content.mime_type, blob=blob)


def _named(image: Image) -> dict[str, Any]:
    return {
        "name": serving.file_name(image, image.original),
        "title": image.alt or None,
        "uri": f"pixazo://image/{image.pk}",
        "mime_type": serving.content_type(image.original),
        "size": image.bytes,
    }


def _shown(images: Sequence[Image]) -> Iterator[ImageContent]:
    """As large as all of them fit; what does not fit is a link only."""
    left = MOST_BYTES
    for number, image in enumerate(images):
        share = left // (len(images) - number)
        for key in (image.medium, image.small):
            try:
                content = serving.read(key)
            except Http404:  # the storage has lost it, which is written down there
                continue
            if len(content) <= share:
                left -= len(content)
                data = base64.b64encode(content).decode()
                kind = serving.content_type(key)
                yield ImageContent(type="image", data=data, mime_type=kind)
                break


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """With moments and ids as texts, as REST writes them."""
    plain: dict[str, Any] = json.loads(json.dumps(data, cls=JSONEncoder))
    return plain
