"""What a storm of sign-ins does to everybody else: a page, while so many a second try to get in.

Each comes from an address of its own, or the limits for one would stop it before any password is
looked at.
"""

import argparse
import http.client
import itertools
import os
import re
import threading
import time
from collections import Counter
from urllib.parse import urlencode

from tools.bench.site import BenchSite
from tools.bench.table import markdown, median, milliseconds, quantile

SECONDS = 8.0
RATES = (0, 20, 60)  # sign-ins a second
FORM = "application/x-www-form-urlencoded"


def measure(options: argparse.Namespace) -> str:
    os.environ["PIXAZO_PROXIES"] = "1"
    rows = []
    with BenchSite(worker=False) as site:
        for rate in RATES:
            told: Counter[int] = Counter()
            stop = threading.Event()
            storm = [
                threading.Thread(target=_sign_in, args=(site.port, rate / 10, told, stop, first))
                for first in range(10 if rate else 0)
            ]
            for thread in storm:
                thread.start()
            times = _pages(site)
            stop.set()
            for thread in storm:
                thread.join()
            answers = ", ".join(f"{many} of {status}" for status, many in sorted(told.items()))
            figures = milliseconds(median(times)), milliseconds(quantile(times, 0.95))
            rows.append([rate, *figures, answers or "-"])
    return markdown(
        "A page while others sign in", ["sign-ins a second", "median", "95 %", "answers"], rows
    )


def _pages(site: BenchSite) -> list[float]:
    caller, times, end = site.connect(), [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        begun = time.monotonic()
        caller.get("/models/")
        times.append(time.monotonic() - begun)
        time.sleep(0.05)
    return times


def _sign_in(
    port: int, a_second: float, told: Counter[int], stop: threading.Event, first: int
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/account/login/")
    response = connection.getresponse()
    page = response.read().decode()
    cookie = re.search(r"csrftoken=(\w+)", str(response.headers))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert cookie
    assert token
    for number in itertools.count():
        if stop.wait(1 / a_second):
            return
        form = {"login": f"nobody-{first}-{number}", "password": "a-guess-of-mine"}
        headers = {
            "Content-Type": FORM,
            "Cookie": cookie[0],
            "Referer": f"http://127.0.0.1:{port}/",
            "X-Forwarded-For": f"10.{first}.{number // 250}.{number % 250}",
        }
        connection.request(
            "POST", "/account/login/", urlencode(form | {"csrfmiddlewaretoken": token[1]}), headers
        )
        answer = connection.getresponse()
        answer.read()
        told[answer.status] += 1
