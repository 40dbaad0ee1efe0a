"""An HTTP server on 127.0.0.1 with a port of its own, that notes what it was asked."""

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from PIL import Image


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict  # names in small letters
    body: bytes = field(repr=False)

    @property
    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)

    @classmethod
    def of(cls, data, status=200, **headers):
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        body = json.dumps(data).encode()
        return cls(status, body, {"Content-Type": "application/json", **headers})


class StandIn:
    """Give it `answer(asked)`: a Reply, or None after having written to `socket` itself."""

    def __init__(self, tls=None):
        self.journal = []
        self.closing = threading.Event()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def speak(self):
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): text for name, text in self.headers.items()}
                asked = Asked(self.command, self.path, headers, self.rfile.read(length))
                stand_in.journal.append(asked)
                self.close_connection = True
                reply = stand_in.answer(asked, self.connection)
                if reply is not None:
                    self.send_response(reply.status)
                    for name, text in {"Content-Length": len(reply.body), **reply.headers}.items():
                        self.send_header(name, str(text))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(reply.body)

            do_GET = do_HEAD = do_POST = speak  # noqa: N815

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # whoever asked has gone, as some tests want it

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def host(self):
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def url(self):
        return f"http://{self.host}"

    def answer(self, asked, connection):
        raise NotImplementedError


def nobodys_port():
    """Where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def picture(width=64, height=64, colour="teal", format="PNG", mode="RGB"):
    """A picture's bytes."""
    file = BytesIO()
    Image.new(mode, (width, height), colour).save(file, format)
    return file.getvalue()
