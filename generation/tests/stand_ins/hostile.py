"""A server that does what no server should, by path: for whoever reads answers from outside."""

import functools
import gzip
import itertools
import socket
import struct
import zlib
from urllib.parse import unquote

from generation.tests.stand_ins.server import Reply, StandIn, picture

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
MEGABYTE = 1024 * 1024


@functools.cache
def bomb():
    """64 megabytes of zeros in 64 kilobytes."""
    return gzip.compress(bytes(64 * MEGABYTE), 1)


class Hostile(StandIn):
    def answer(self, asked, connection):
        path, _, rest = asked.path.removeprefix("/").partition("?")
        return getattr(self, path.replace("-", "_"))(connection, unquote(rest))

    # What is as it should be

    def picture(self, connection, rest):
        return Reply(200, picture(), {"Content-Type": "image/png; charset=x"})

    def packed(self, connection, rest):
        packed = gzip.compress(picture()) if rest == "gzip" else zlib.compress(picture())
        return Reply(200, packed, {"Content-Encoding": rest})

    def status(self, connection, rest):
        return Reply(int(rest), b"no")

    # Redirects

    def to(self, connection, rest):
        return Reply(302, b"", {"Location": rest})

    def round_and_round(self, connection, rest):
        return Reply(307, b"", {"Location": f"/round-and-round?{rest}1"})

    def hops(self, connection, rest):
        return Reply(301, b"", {"Location": f"/hops?{int(rest) - 1}" if int(rest) else "/picture"})

    # Too much

    def declared(self, connection, rest):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5368709120\r\n\r\n")
        self.pour(connection, b"x" * MEGABYTE)

    def endless(self, connection, rest):
        connection.sendall(CHUNKED)
        self.pour(connection, b"100000\r\n" + b"x" * MEGABYTE + b"\r\n")

    def bomb(self, connection, rest):
        return Reply(200, bomb(), {"Content-Encoding": "gzip"})

    def endless_headers(self, connection, rest):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        self.pour(connection, b"X-More: " + b"y" * 1000 + b"\r\n")

    # Too slow

    def drip(self, connection, rest):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        self.pour(connection, b"x", pause=0.02)

    def drip_headers(self, connection, rest):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-More: ")
        self.pour(connection, b"y", pause=0.02)

    def hang(self, connection, rest):
        self.closing.wait()

    # Not as agreed

    def reset(self, connection, rest):
        reset(None, connection)

    def silence(self, connection, rest):
        connection.shutdown(socket.SHUT_RDWR)

    def cut(self, connection, rest):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_RDWR)

    def gibberish(self, connection, rest):
        connection.sendall(b"220 smtp.example ESMTP\r\n")
        connection.shutdown(socket.SHUT_RDWR)

    def unknown_packing(self, connection, rest):
        return Reply(200, b"whatever", {"Content-Encoding": "zstd"})

    def badly_packed(self, connection, rest):
        return Reply(200, b"not gzip at all", {"Content-Encoding": "gzip"})

    def half_packed(self, connection, rest):
        return Reply(200, gzip.compress(picture())[:-20], {"Content-Encoding": "gzip"})

    def pour(self, connection, data, pause=0.0):
        """Until whoever asked has had enough."""
        connection.settimeout(10)
        for _ in itertools.takewhile(lambda n: not self.closing.wait(pause), itertools.count()):
            connection.sendall(data)


def reset(asked, connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
