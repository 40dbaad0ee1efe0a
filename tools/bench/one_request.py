"""One request for many pictures: the studio's form with a prompt of many choices, four of each."""

import http.client
import time
from urllib.parse import urlencode

from tools.bench.site import BenchSite
from tools.bench.table import markdown, median, milliseconds

# A person who is signed in, and whose plan allows so many prompts in one request.
SIGNED_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.models import User
from billing.models import Plan
from workspaces.models import Workspace
Plan.objects.update(prompts_per_request=10_000)
user = User.objects.get(email="bench@example.org")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key, Workspace.objects.home_of(user).slug)
"""
MADE = """
from generation.models import Batch, Job
print(Job.objects.count(), Batch.objects.count())
"""
TOKEN = "b" * 32  # of the check for forged forms: cookie and field must be the same
EACH = 4


def measure(site: BenchSite, pictures: int, rounds: int) -> str:
    session, slug = site.run(SIGNED_IN).split()[-2:]
    times, cpu = [], []
    for number in range(rounds):
        prompts = pictures // EACH
        body = urlencode(
            {
                "prompt": f"{number}: {_choice('house', prompts // 10)} {_choice('tree', 10)}",
                "model": "starter",
                "count": EACH,
                "expected": prompts,
                "csrfmiddlewaretoken": TOKEN,
            }
        )
        before, begin = site.web_seconds(), time.perf_counter()
        _post(site, f"/w/{slug}/generate/", body, session)
        times.append(time.perf_counter() - begin)
        cpu.append(site.web_seconds() - before)
    made = int(site.run(MADE).split()[-2])
    if made < rounds * pictures:
        raise RuntimeError(f"Only {made} pictures wait.")
    took = median(times)
    rows = [[pictures, milliseconds(took), milliseconds(median(cpu)), f"{pictures / took:.0f}"]]
    heads = ["pictures", "answered after", "web CPU", "pictures/s"]
    return markdown("One request for many pictures, durable with holds", heads, rows)


def _choice(word: str, number: int) -> str:
    return "{" + "|".join(f"{word} {each}" for each in range(number)) + "}"


def _post(site: BenchSite, path: str, body: str, session: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    said = response.read()
    if response.status not in (201, 302):
        raise RuntimeError(f"{response.status}: {said[:500]!r}")
