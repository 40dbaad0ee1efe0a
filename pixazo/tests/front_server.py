"""A real nginx with the site's configuration (deploy/nginx), on ports of this machine.

Only what names places differs: ports, folders, who answers.
"""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess

import pytest

from pixazo.tests.desk import ROOT, free_port
from pixazo.tests.processes import Process, answers, until

DOMAIN = "pixazo.test"
THUMBNAIL_SECRET = "known to nginx and to the site"
DEPLOY = ROOT / "deploy" / "nginx"


class FrontServer:
    def __init__(self, folder, guard, domain=DOMAIN):
        self.domain = domain
        if not shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
            pytest.fail("These tests need nginx: python -m tools.debian nginx")
        self.folder, self.guard = folder, guard
        self.http, self.tls, self.health = free_port(), free_port(), free_port()
        self.access_log = folder / "access.log"
        self.certificate = folder / "certificate"
        self.acme = folder / "acme"
        self.acme.mkdir()
        self.process = None

    @property
    def url(self):
        return f"https://{self.domain}:{self.tls}"

    def start(self, web, media, events=None):
        """`web` and `events` are host:port."""
        choose_certificate(self.certificate, domain=self.domain)
        self.write(
            {
                "DOMAIN": self.domain,
                "HTTP": f"127.0.0.1:{self.http}",
                "TLS": f"127.0.0.1:{self.tls}",
                "TLS_SUFFIX": f":{self.tls}",
                "HEALTH": f"127.0.0.1:{self.health}",
                "WEB": web,
                "EVENTS": events or web,
                "STATIC": str(ROOT / "static"),
                "MEDIA": str(media),
                "ACME": str(self.acme),
                "CERTIFICATE": str(self.certificate),
                "ACCESS_LOG": str(self.access_log),
                "THUMBNAIL_SECRET": THUMBNAIL_SECRET,
                "HSTS": "",
            }
        )
        argv = [shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), "-p", self.folder]
        argv += ["-c", self.folder / "nginx.conf", "-g", "daemon off;"]
        subprocess.run([*argv, "-t"], check=True, capture_output=True)
        self.process = Process(self.folder / "nginx.log", argv, os.environ)
        self.guard.watch(self.process.popen.pid)
        until(lambda: answers(self.tls), what=lambda: self.process.output)
        return self

    def write(self, values):
        site = (DEPLOY / "pixazo.conf.template").read_text()
        site = re.sub(r"\$\{PIXAZO_(\w+)\}", lambda found: values[found[1]], site)
        assert "${" not in site
        (self.folder / "pixazo.conf").write_text(site)
        whole = (DEPLOY / "nginx.conf").read_text()
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        for old, new in (
            # Whoever runs the tests, since the pictures are in a folder of theirs.
            ("user nginx;", "user root;" if os.geteuid() == 0 else ""),
            ("/run/nginx.pid", f"{self.folder}/nginx.pid"),
            ("/var/log/nginx/error.log", f"{self.folder}/error.log"),
            ("worker_processes auto;", "worker_processes 1;"),
            ("worker_rlimit_nofile 32768;", ""),
            ("worker_connections 8192;", "worker_connections 256;"),
            ("include /etc/nginx/conf.d/*.conf;", f"{temporary}include {self.folder}/pixazo.conf;"),
        ):
            assert old in whole
            whole = whole.replace(old, new)
        (self.folder / "nginx.conf").write_text(whole)

    def ask(self, path, method="GET", headers=None, body=None, domain=DOMAIN):
        """Over TLS, with its certificate looked at; (status, headers, body)."""
        wire = self.connect(domain)
        connection = http.client.HTTPConnection(domain, self.tls)
        connection.sock = wire
        connection.request(method, path, body, {"Host": domain, **(headers or {})})
        response = connection.getresponse()
        found = response.status, response.headers, response.read()
        connection.close()
        return found

    def connect(self, domain=DOMAIN, seconds=30):
        known = ssl.create_default_context(cafile=self.certificate / "fullchain.pem")
        wire = socket.create_connection(("127.0.0.1", self.tls), seconds)
        return known.wrap_socket(wire, server_hostname=domain)

    def say(self, text, port=None):
        """These very bytes, and all that is answered until the connection is closed."""
        wire = self.connect() if port is None else socket.create_connection(("127.0.0.1", port), 30)
        with wire:
            wire.sendall(text)
            answer = b""
            while part := wire.recv(65536):
                answer += part
        return answer

    def lines(self):
        return self.access_log.read_text().splitlines()

    def stop(self):
        if self.process:
            self.process.kill()


def choose_certificate(folder, issued=None, domain=DOMAIN):
    """The script of the image, with a certificate that it makes itself."""
    script = (DEPLOY / "choose-certificate.sh").read_text()
    if issued:
        script = script.replace("/etc/letsencrypt", str(issued))
    values = {"PIXAZO_DOMAIN": domain, "PIXAZO_CERTIFICATE": str(folder)}
    subprocess.run(["sh", "-c", script], check=True, env={**os.environ, **values})
