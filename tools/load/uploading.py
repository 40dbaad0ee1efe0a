"""Ten pictures of twenty megabytes, sent at once."""

import http.client
import io
import itertools
import os
import threading
import time
from collections import Counter
from typing import Any

import PIL.Image

from tools.bench.table import milliseconds, quantile
from tools.load import weights
from tools.load.stage import Figure, Stage

AT_ONCE = 10
SIDE = 2550  # of noise, which doesn't pack: 19.5 MB
MARK = "load-load-load"


def uploads(stage: Stage) -> list[Figure]:
    """What the web processes hold meanwhile, and how long a page of somebody else takes."""
    web = weights.of_session(stage.site.web.pid)
    before = weights.megabytes(web)
    people = itertools.cycle(stage.crowd)
    told: Counter[int] = Counter()
    most = [before]
    body = _form(_noise())
    threads = [
        threading.Thread(target=_send, args=(stage, next(people), body, told))
        for _ in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    times = []
    caller = stage.site.connect()
    while any(thread.is_alive() for thread in threads):
        begun = time.monotonic()
        caller.get(f"/w/{stage.crowd[0]['slug']}/", Cookie=stage.crowd[0]["cookie"])
        times.append(time.monotonic() - begun)
        most.append(weights.megabytes(web))
    answers = ", ".join(f"{many} of {status}" for status, many in sorted(told.items()))
    measured = (
        f"{answers}; {max(most) - before:+.0f} MB at most; a page meanwhile p95"
        f" {milliseconds(quantile(times, 0.95))}"
    )
    return [Figure(f"{AT_ONCE} uploads of 20 MB at once", "≤ 64 MB more", measured)]


def _noise() -> bytes:
    picture = PIL.Image.frombytes("RGB", (SIDE, SIDE), os.urandom(SIDE * SIDE * 3))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _form(picture: bytes) -> bytes:
    head = (
        f'--{MARK}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    return head.encode() + picture + f"\r\n--{MARK}--\r\n".encode()


def _send(stage: Stage, person: dict[str, Any], body: bytes, told: Counter[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stage.site.port, timeout=120)
    headers = {
        "Authorization": f"Bearer {person['key']}",
        "Content-Type": f"multipart/form-data; boundary={MARK}",
    }
    try:
        connection.request("POST", "/api/v1/uploads", body, headers)
        told[connection.getresponse().status] += 1
    except OSError:
        told[0] += 1  # closed before all of it was sent
