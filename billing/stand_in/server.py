"""The HTTP server on 127.0.0.1: Stripe's API under /v1/, its pages, and the side door."""

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from billing.stand_in import checkout, idempotency, pages, parameters, portal, routes
from billing.stand_in.control import control
from billing.stand_in.faults import Fault
from billing.stand_in.refusals import Refused
from billing.stand_in.store import VERSION, Store
from billing.stand_in.webhooks import Webhooks

MOST_BYTES = 2**20


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    @classmethod
    def of(cls, data: Any, status: int = 200, **headers: str) -> "Answer":
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, json.dumps(data, indent=2, default=list).encode(), headers=named)

    @classmethod
    def page(cls, text: str, status: int = 200) -> "Answer":
        return cls(status, text.encode(), "text/html; charset=utf-8")

    @classmethod
    def file(cls, pdf: bytes, name: str) -> "Answer":
        attached = {"Content-Disposition": f'attachment; filename="{name}"'}
        return cls(200, pdf, "application/pdf", attached)

    @classmethod
    def to(cls, url: str) -> "Answer":
        return cls(303, headers={"Location": url})


class StandIn:
    """`with StandIn(webhook=..., secret=...) as stripe:` listens at `stripe.url` meanwhile."""

    def __init__(
        self,
        webhook: str = "",
        secret: str = "whsec_stand_in",
        *,
        port: int = 0,
        delay: float | None = None,
    ) -> None:
        """`delay`: seconds until delayed money arrives by itself; None: by a control call only."""
        self.store = Store()
        self.webhooks = Webhooks(self.store, webhook, secret)
        self.delay = delay
        self.faults: list[Fault] = []
        self.journal: list[dict[str, Any]] = []
        self.answers = idempotency.Answers()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def speak(self) -> None:
                stand_in.speak(self)

            do_GET = do_POST = do_DELETE = do_HEAD = speak  # noqa: N815

            def log_message(self, *args: Any) -> None:
                pass

        ThreadingHTTPServer.daemon_threads = True
        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.store.url = self.url
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "StandIn":
        self.webhooks.thread.start()
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        with self.webhooks.changed:
            self.webhooks.closing = True
            self.webhooks.changed.notify_all()

    def reset(self) -> None:
        """As if just started; events on their way are forgotten."""
        with self.store.lock, self.webhooks.changed:
            self.store.things.clear()
            self.store.secrets.clear()
            self.store.ahead = 0
            self.webhooks.letters.clear()
            self.webhooks.kept.clear()
            for log in (self.faults, self.journal, self.webhooks.journal):
                log.clear()
            self.answers.clear()

    def events(self, *types: str) -> list[dict[str, Any]]:
        """What happened, oldest first: all of it, or of these types."""
        with self.store.lock:
            events = list(reversed(self.store.all("event")))
        return [event for event in events if not types or event["type"] in types]

    def control(self, name: str, **given: Any) -> Any:
        """See `billing.stand_in`."""
        with self.store.lock:
            return control(self, name, given)

    def speak(self, handler: BaseHTTPRequestHandler) -> None:
        answer = self._answer(handler)
        handler.close_connection = True
        if answer.cut:
            return
        handler.send_response(answer.status)
        handler.send_header("Content-Type", answer.type)
        handler.send_header("Content-Length", str(len(answer.body)))
        for name, text in answer.headers.items():
            handler.send_header(name, text)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(answer.body)

    def _answer(self, handler: BaseHTTPRequestHandler) -> Answer:
        # A page of another site that is read in a browser here must get at nothing.
        host = handler.headers.get("Host", "").rpartition(":")[0]
        length = int(handler.headers.get("Content-Length") or 0)
        if host not in ("127.0.0.1", "localhost") or length > MOST_BYTES:
            return Answer.of({"error": {"message": "Not like this."}}, 400)
        text = handler.rfile.read(length).decode(errors="replace")
        url = urlsplit(handler.path)
        method = "GET" if handler.command == "HEAD" else handler.command
        try:
            if url.path.startswith("/v1/"):
                return self._api(method, url.path, url.query, text, handler)
            if url.path.startswith("/__admin/"):
                return self._side_door(url.path, text, handler)
            with self.store.lock:
                return self._page(method, url.path, dict(parse_qsl(text)))
        except Refused as refused:
            if url.path.startswith(("/v1/", "/__admin/")):
                return Answer.of({"error": refused.error}, refused.status)
            return Answer.page(refused.error["message"], refused.status)

    def _api(
        self, method: str, path: str, query: str, body: str, handler: BaseHTTPRequestHandler
    ) -> Answer:
        self.journal.append({"method": method, "path": path, "query": query, "body": body})
        fault = next((one for one in self.faults if one.meets(method, path)), None)
        if fault and not fault.after:
            return _spoiled(fault)
        headers = handler.headers
        _check_key(headers.get("Authorization", ""))
        _check_version(headers.get("Stripe-Version", VERSION))
        text = "&".join(part for part in (query, body) if part)
        key = headers.get("Idempotency-Key", "") if method == "POST" else ""
        with self.store.lock:
            answer = self.answers.get(key, f"{method} {path} {text}")
            if answer is None:
                answer = self._done(method, path, text, key)
        return _spoiled(fault) if fault else answer

    def _done(self, method: str, path: str, text: str, key: str) -> Answer:
        request: dict[str, Any] = {"id": f"req_{len(self.journal)}", "idempotency_key": key or None}
        self.store.request = request
        try:
            given = parameters.parse(text)
            answer = Answer.of(routes.answer(self.store, method, path, given))
        except Refused as refused:
            answer = Answer.of({"error": refused.error}, refused.status)
        finally:
            self.store.request = {"id": None, "idempotency_key": None}
        answer.headers["Request-Id"] = request["id"]
        # What was refused for its parameters may be sent again with better ones.
        if key and answer.status not in (400, 404):
            self.answers.keep(key, f"{method} {path} {text}", answer)
        return answer

    def _side_door(self, path: str, body: str, handler: BaseHTTPRequestHandler) -> Answer:
        if handler.headers.get_content_type() != "application/json":  # no form of a page can
            raise Refused("Send JSON.", status=415)
        given = json.loads(body or "{}")
        return Answer.of(self.control(path.removeprefix("/__admin/"), **given))

    def _page(self, method: str, path: str, form: dict[str, str]) -> Answer:
        room, _, rest = path.strip("/").partition("/")
        id, _, part = rest.partition("/")
        if room == "pay":
            return self._pay(method, id, form)
        if room == "portal":
            return self._portal(method, id, form)
        if room == "invoice":
            row = self.store.get("invoice", id)
            if part == "pdf":
                return Answer.file(pages.pdf(row), f"{row['number']}.pdf")
            return Answer.page(pages.invoice(self.store, row))
        raise Refused("No such page.", status=404)

    def _pay(self, method: str, id: str, form: dict[str, str]) -> Answer:
        session = self.store.get("checkout.session", id)
        if method == "POST":
            card = form.get("card", "paid")
            try:
                checkout.complete(self.store, id, card, form.get("code", ""))
            except Refused as refused:
                return Answer.page(
                    pages.pay(self.store, session, refused.error["message"]), refused.status
                )
            if session["payment_status"] == "unpaid":
                self._let_arrive(id, fails=card == "delayed_fails")
            return Answer.to(session["success_url"].replace("{CHECKOUT_SESSION_ID}", id))
        if not checkout.is_open(self.store, session):
            return Answer.page(pages.over(session))
        return Answer.page(pages.pay(self.store, session))

    def _let_arrive(self, id: str, *, fails: bool) -> None:
        if self.delay is not None:
            timer = threading.Timer(
                self.delay, self.control, ("arrive",), {"session": id, "fails": fails}
            )
            timer.daemon = True
            timer.start()

    def _portal(self, method: str, id: str, form: dict[str, str]) -> Answer:
        session = self.store.get("billing_portal.session", id)
        if method != "POST":
            return Answer.page(pages.manage(self.store, session))
        try:
            portal.do(self.store, session, form.get("do", ""), form)
        except Refused as refused:
            wrong = refused.error["message"]
            return Answer.page(pages.manage(self.store, session, wrong=wrong), refused.status)
        return Answer.page(pages.manage(self.store, session, done="Done."))


def _spoiled(fault: Fault) -> Answer:
    fault.wait()
    if fault.cut:
        return Answer(cut=True)
    if fault.html:
        return Answer.page("<h1>Bad gateway</h1>", fault.status)
    return Answer.of(fault.error, fault.status)


def _check_key(authorization: str) -> None:
    kind, _, key = authorization.partition(" ")
    if kind == "Basic":
        key = base64.b64decode(key).decode().partition(":")[0]
    if not key.startswith(("sk_test_", "rk_test_")):
        message = "You did not provide an API key." if not key else "Invalid API Key provided."
        raise Refused(message, status=401)


def _check_version(version: str) -> None:
    if version != VERSION:
        raise Refused(f"Invalid Stripe API version: {version}", code="invalid_api_version")
