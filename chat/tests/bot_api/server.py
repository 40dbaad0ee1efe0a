"""The stand-in itself: what it keeps, its side door, its HTTP."""

import json
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2
from PIL import Image

from chat.tests.bot_api.methods import Methods
from chat.tests.bot_api.people import Person
from chat.tests.bot_api.wire import TOKEN, Refusal, bad, body_of, read


class TelegramServer(Methods):
    """`with TelegramServer() as telegram:`; its `url` is what PIXAZO_TELEGRAM_API says."""

    def __init__(self, token=TOKEN):
        self.token = token
        self.lock = threading.Condition()
        self.chats = defaultdict(list)  # by chat, in order
        self.files = {}  # by file_id: path and bytes
        self.updates = []  # not confirmed yet
        self.edits = []  # chat, message, text: each time
        self.journal = []  # method and parameters of every call
        self.presses, self.answered = set(), []
        self.blocked = set()
        self.commands = {}
        self.webhook = {}
        self.pushed = []  # statuses of the webhook's answers
        self.scenarios = []
        self.polls = 0
        self.duplicates = False
        self.strict = False  # one message a second in each chat
        self.said_at, self.clock = {}, time.monotonic
        self.count = 100

    # --- its own side door ---

    def person(self, number, name, language="en"):
        return Person(self, number, name, language)

    def fail(self, method, code, description="", times=1, **parameters):
        """The next so many calls of that method (`*`: any)."""
        with self.lock:
            self.scenarios.append(
                {
                    "method": method,
                    "code": code,
                    "times": times,
                    "parameters": parameters,
                    "description": description or f"Error {code}",
                }
            )

    def calls(self, method):
        return [words for name, words in self.journal if name == method]

    def tell(self, update_id=None, **what):
        """One update: pushed where a webhook is set, else kept for whoever asks."""
        with self.lock:
            told = {"update_id": update_id or self.number(), **json.loads(json.dumps(what))}
            if not self.webhook.get("url"):
                self.updates.extend([told] * (2 if self.duplicates else 1))
                self.lock.notify_all()
                return told
        for _time in range(2 if self.duplicates else 1):
            self.push(told)
        return told

    def push(self, told, secret=None):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret or self.webhook["secret_token"]}
        answer = httpx2.post(self.webhook["url"], json=told, headers=headers, timeout=60)
        self.pushed.append(answer.status_code)
        return answer.status_code

    def message(self, chat, sender, **parts):
        known = {"message_id": self.number(), "date": int(time.time()), "chat": chat}
        message = {**known, "from": sender, **parts}
        self.chats[chat["id"]].append(message)
        return message

    def number(self):
        self.count += 1
        return self.count

    def keep_file(self, content, path):
        number = self.number()
        self.files[f"file-{number}"] = (f"{path}-{number}", content)
        return {
            "file_id": f"file-{number}",
            "file_unique_id": f"u{number}",
            "file_size": len(content),
        }

    def keep_photo(self, content):
        """As Telegram: several sizes, the smallest first."""
        with Image.open(BytesIO(content)) as picture:
            width, height = picture.size
            small = BytesIO()
            picture.convert("RGB").resize((max(1, width // 2), max(1, height // 2))).save(
                small, "JPEG"
            )
        halves = {"width": max(1, width // 2), "height": max(1, height // 2)}
        return [
            {**self.keep_file(small.getvalue(), "photos/small.jpg"), **halves},
            {**self.keep_file(content, "photos/large.jpg"), "width": width, "height": height},
        ]

    # --- HTTP ---

    def __enter__(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def speak(self):
                status, kind, body = server.respond(self.path, self.headers, self.rfile)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = speak  # noqa: N815

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # whoever asked has gone, as some tests want it

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def respond(self, path, headers, stream):
        body = body_of(headers, stream)
        address = urlsplit(unquote(path))  # the library writes %3A in the token
        if address.path.startswith("/__admin/"):
            return self._admin(address.path.removeprefix("/__admin/"), body)
        if address.path.startswith("/file/bot"):
            return self._download(address.path.removeprefix("/file/bot"))
        try:
            method = self._method(address.path)
            words, files = read(headers.get("Content-Type", ""), body)
            words = dict(parse_qsl(address.query)) | words
            status, said = 200, {"ok": True, "result": self.call(method, words, files)}
        except Refusal as refusal:
            status, said = refusal.answer()
        except (KeyError, ValueError) as error:
            status, said = bad(f"can't parse: {error}").answer()
        return status, "application/json", json.dumps(said).encode()

    def _method(self, path):
        token, _slash, method = path.removeprefix("/bot").partition("/")
        if not path.startswith("/bot") or ":" not in token:
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")
        return method

    def _download(self, rest):
        token, _slash, path = rest.partition("/")
        found = [content for each, content in self.files.values() if each == path]
        if token != self.token or not found:
            return (
                404,
                "application/json",
                json.dumps(Refusal(404, "Not Found").answer()[1]).encode(),
            )
        return 200, "application/octet-stream", found[0]

    def _admin(self, name, body):
        """`fail` with method, code …; `blocked` with chats; `set` with strict, duplicates;
        `journal`."""
        words = json.loads(body or b"{}")
        if name == "fail":
            self.fail(**words)
        elif name == "blocked":
            self.blocked = set(words["chats"])
        elif name == "set":
            for key in ("strict", "duplicates"):
                setattr(self, key, bool(words.get(key, getattr(self, key))))
        said = {"journal": self.journal} if name == "journal" else {"ok": True}
        return 200, "application/json", json.dumps(said).encode()
