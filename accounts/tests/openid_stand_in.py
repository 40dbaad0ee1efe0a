"""A server on this machine that says who somebody is, as OpenID Connect has it."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt


class OpenId:
    """Use as a context manager. `person` is who signs in there next; `code` is what it gives for
    the address that a browser was sent to."""

    def __init__(self):
        self.person = {}
        self.asked = {}
        self.given = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    @property
    def settings(self):
        client = {"provider_id": "oidc", "name": "Our School", "client_id": "pixazo", "secret": "s"}
        apps = [client | {"settings": {"server_url": self.url}}]
        return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}

    def signs_in(self, address):
        """What the browser brings back: refuses what names another client or no challenge."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert self.asked["client_id"] == "pixazo"
        assert self.asked["code_challenge_method"] == "S256"
        return {"code": "once", "state": self.asked["state"]}

    def answer(self, path, form):
        if path.endswith("/openid-configuration"):
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/token":
            self.given = form
            claims = {"iss": self.url, "aud": "pixazo", "exp": time.time() + 60, **self.person}
            token = jwt.encode(claims, "a" * 32, algorithm="HS256")
            return {"access_token": "t", "token_type": "Bearer", "id_token": token}
        return self.person


def _handler(openid):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.reply({})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply({name: values[0] for name, values in parse_qs(body).items()})

        def reply(self, form):
            sent = json.dumps(openid.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args):
            pass

    return Handler
