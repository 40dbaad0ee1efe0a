"""The protocol's server: the SDK's own, which speaks both of its eras, with our handlers.

The low-level one, as what is listed depends on who asks.
"""

from collections.abc import Callable
from typing import Any

import mcp_types as types
from django.conf import settings
from django.utils.translation import gettext as _
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError

from chat.mcp import reporting, resources, tools, waiting, wire
from chat.mcp.answer import Answer
from chat.mcp.arguments import check
from chat.mcp.caller import Caller, asked
from pixazo import __version__
from pixazo.errors import UserError

Context = Any  # the SDK's ServerRequestContext

INSTRUCTIONS = """Pixazo makes pictures. Prompts are best in English: the subject first, then place,
light and style. pix_generate makes them and shows them; what takes longer is found again with
get_generation. Show people the pictures and the page_url of each. Pictures cost units of the
person: ask before you make many. What is refused is said in a sentence that you may pass on."""


class NoSuchTool(UserError):
    code = "not_found"
    status = 404


def server(
    key_of: Callable[[Context], str],
    language_of: Callable[[Context], str],
    person_of: Callable[[Context], str] = lambda context: "",
) -> Server[Any]:
    """`key_of` says by which API key a call comes, `language_of` in which language to answer,
    `person_of` whose key it is, where that has been found out."""

    async def ask(context: Context, work: Callable[..., Any], *args: Any) -> Any:
        key, language = key_of(context), language_of(context)
        return await asked(key, language, work, *args, person=person_of(context))

    async def list_tools(context: Context, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=await _or_error(ask(context, wire.listed)))

    async def call_tool(context: Context, params: Any) -> types.CallToolResult:
        try:
            answer: Answer = await ask(context, _run, params.name, params.arguments or {})
            if batch := answer.awaits:
                await waiting.wait(
                    lambda: ask(context, waiting.look, batch),
                    context.session.report_progress,
                    batch,
                    answer.channel,
                    answer.seconds,
                )
                return await ask(context, _report, batch, answer.notes)
            return await ask(context, _result, answer)
        except UserError as error:
            return wire.refused(error)

    async def list_resources(context: Context, params: Any) -> types.ListResourcesResult:
        cursor = (params and params.cursor) or ""
        images, following = await _or_error(ask(context, resources.page, cursor))
        listed = [wire.resource(image) for image in images]
        return types.ListResourcesResult(resources=listed, next_cursor=following or None)

    async def list_templates(context: Context, params: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=template, name=name, description=described, mime_type=kind
                )
                for template, name, described, kind in resources.TEMPLATES
            ]
        )

    async def read_resource(context: Context, params: Any) -> types.ReadResourceResult:
        uri = str(params.uri)
        content = await _or_error(ask(context, resources.read, uri))
        return types.ReadResourceResult(contents=[wire.contents(uri, content)])

    return Server(
        "pixazo",
        version=__version__,
        title="Pixazo",
        description="Makes pictures from words and from pictures.",
        instructions=INSTRUCTIONS,
        website_url=settings.SITE_URL,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        # Else it would list all tools before each call, for headers that none of ours declares.
        get_tool_input_schema=lambda name: None,
    )


def _run(caller: Caller, name: str, arguments: dict[str, Any]) -> Answer:
    tool = tools.TOOLS.get(name)
    if tool is None:
        raise NoSuchTool(_("There is no such tool: %(name)s.") % {"name": name[:40]})
    caller.must(tool.scope)
    check(arguments)
    return tool.run(caller, arguments)


def _report(caller: Caller, batch: Any, notes: Any) -> types.CallToolResult:
    return wire.result(reporting.report(caller, batch, notes))


def _result(caller: Caller, answer: Answer) -> types.CallToolResult:
    return wire.result(answer)


async def _or_error(asking: Any) -> Any:
    """What is no tool's result is refused by the protocol itself."""
    try:
        return await asking
    except UserError as error:
        code = types.INVALID_PARAMS if error.status < 500 else types.INTERNAL_ERROR
        raise MCPError(code, error.sentence, error.as_dict()) from None
