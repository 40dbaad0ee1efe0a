"""The tools over HTTP, at `/mcp`, in both eras of the protocol: beside Django in the web process.

Without sessions (docs/decisions/0011): each request says who asks and stands alone, so that any
process may answer any of them. Here it is settled who may come in at all; what a key may do there
is each tool's affair.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser, RequireAuthMiddleware
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import AnyHttpUrl
from starlette.authentication import AuthCredentials
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response

from accounts.authentication import keys_in
from chat.mcp.caller import Caller, KeyOver, asked
from chat.mcp.server import server
from pixazo import plain_http
from pixazo.errors import UserError
from pixazo.json_body import PictureJsonBody
from pixazo.logs.context import saying
from pixazo.logs.middleware import number_of
from pixazo.pacing import take
from pixazo.scopes import READ

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ONLY = ("POST",)
TWO = "The request names two different keys. Send one of them."
METADATA = "/.well-known/oauth-protected-resource/mcp"

requests = logging.getLogger("pixazo.requests")


class Application:
    life: "Life | None" = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """As any request of Django's: with a number, which what it has drawn bears, and a line."""
        number, begun = number_of(Headers(scope=scope).get("x-request-id", "")), perf_counter()
        statuses: list[int] = []
        with saying(request=number):
            try:
                await self._answer(scope, receive, _with(send, {"X-Request-ID": number}, statuses))
            finally:
                _write(scope, (statuses or [500])[0], perf_counter() - begun)

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        answer: Any = _not_here(scope) or await _identify(scope)
        if pace := scope.get("pace"):
            send = _with(send, pace.headers)
        if answer is None and "user" in scope and scope["method"] not in ONLY:
            # There is no session whose messages could be read, or that could be ended.
            answer = Response(None, 405, {"Allow": ", ".join(ONLY)})
        if answer is None:
            self.life = self.life or Life()
            # Shielded: who hangs up meanwhile ends it for nobody else.
            answer = await asyncio.shield(self.life.begun)
        await answer(scope, receive, send)

    async def close(self) -> None:
        """Calls that wait are cut off; their pictures go on being made."""
        life, self.life = self.life, None
        if life is not None:
            await life.end()


class Life:
    """What runs from the first request to the end of the process. `begun` is whom to ask."""

    def __init__(self) -> None:
        self.begun: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        """In one task from its beginning to its end: the SDK's group of tasks wants that."""
        manager = StreamableHTTPSessionManager(
            server(_key_of, _language_of, _person_of),
            stateless=True,
            # Enough for a picture in a data: URL, as `/api/generate` takes them.
            max_request_body_size=PictureJsonBody.most_bytes or 0,
        )
        url = AnyHttpUrl(settings.SITE_URL + METADATA)
        async with manager.run():
            self.begun.set_result(RequireAuthMiddleware(manager.handle_request, [READ], url))
            await self.over.wait()

    async def end(self) -> None:
        self.over.set()
        await self.task


def _not_here(scope: dict[str, Any]) -> Response | None:
    """A page elsewhere, or a name that leads here by somebody's trick, may not use the browser of
    somebody who runs this at a desk."""
    headers = Headers(scope=scope)
    if settings.SECURE_SSL_REDIRECT and not _is_secure(scope, headers):
        return JSONResponse(
            {"error": "https_only", "error_description": plain_http.sentence()}, 403
        )
    host, _port = split_domain_port(headers.get("host", ""))
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        return PlainTextResponse("Invalid Host header", 421)
    origin = headers.get("origin")
    if origin and origin.rstrip("/") not in _origins():
        return PlainTextResponse("Invalid Origin header", 403)
    return None


def _is_secure(scope: Mapping[str, Any], headers: Headers) -> bool:
    """As Django has it of a request."""
    if settings.SECURE_PROXY_SSL_HEADER is None:
        return bool(scope.get("scheme") == "https")
    name, value = settings.SECURE_PROXY_SSL_HEADER
    said = headers.get(name.removeprefix("HTTP_").replace("_", "-"), "")
    return bool(said.split(",")[0].strip() == value)


def _origins() -> set[str]:
    site = urlsplit(settings.SITE_URL)
    return {f"{site.scheme}://{site.netloc}", *settings.CSRF_TRUSTED_ORIGINS, *settings.MCP_ORIGINS}


async def _identify(scope: dict[str, Any]) -> Response | None:
    """Puts into the scope who asks. Whom it finds not is refused inside."""
    sent = keys_in(Headers(scope=scope))
    if len(sent) > 1:
        return JSONResponse({"error": "invalid_request", "error_description": TWO}, 400)
    if not sent:
        return None
    key = sent.pop()
    try:
        caller = await asked(key, settings.LANGUAGE_CODE, _itself)
    except KeyOver:
        return None
    except UserError as error:
        return _said(error)
    if pace := take(caller.user.pk):
        scope["pace"] = pace
        try:
            pace.check()
        except UserError as error:
            return _said(error)
    person, scopes = str(caller.user.pk), list(caller.auth.scopes)
    token = AccessToken(token=key, client_id=person, scopes=scopes, subject=person)
    scope["user"], scope["auth"] = AuthenticatedUser(token), AuthCredentials(scopes)
    return None


def _said(error: UserError) -> Response:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    described = {"error": error.code, "error_description": error.sentence}
    return JSONResponse(described, error.status, headers)


def _with(send: Send, headers: Mapping[str, str], statuses: list[int] | None = None) -> Send:
    """Says these as well, and notes the status."""
    told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *told]}
            if statuses is not None:
                statuses.append(int(message["status"]))
        await send(message)

    return sending


def _write(scope: Mapping[str, Any], status: int, seconds: float) -> None:
    method = str(scope["method"])
    extra: dict[str, Any] = {
        "event": "request",
        "method": method,
        "path": scope["path"],
        "route": "mcp",
        "status": status,
        "duration": round(seconds, 4),
    }
    if user := scope.get("user"):
        extra["user"] = user.access_token.client_id
    requests.info("%s %s %s", method, scope["path"], status, extra=extra)


def _itself(caller: Caller) -> Caller:
    return caller


def _key_of(context: Any) -> str:
    return str(context.request.user.access_token.token)


def _person_of(context: Any) -> str:
    return str(context.request.user.access_token.client_id)


def _language_of(context: Any) -> str:
    """As REST's doors: what the program asks for."""
    for language, _priority in parse_accept_lang_header(
        context.request.headers.get("accept-language", "")
    ):
        try:
            return str(get_supported_language_variant(language))
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


application = Application()
