"""People who ask for pictures, cancel and delete some, and note what they are told."""

import http.client
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from tools.bench.site import BenchSite

PEOPLE = 3
BUSY = 503  # a site may say so, while a frozen worker holds its database
LATEST = 8  # pictures of a person, one of which is cancelled
# The fake engine's models, and how often each is asked: quick, slow, and one that takes its time to
# load; a fourth that kills.
MODELS = {
    "quick": ("slow:0.03", 12),
    "slow": ("slow:0.2", 6),
    "heavy": ("load:1", 4),
    "poison": ("poison", 1),
}

JOBS = """
import json
from collections import Counter
from billing.models import LedgerEntry
from generation.models import Job
lines = LedgerEntry.objects.filter(kind="capture")
captures = Counter(lines.values_list("hold__reference", flat=True))
print(json.dumps([
    {"id": str(pk), "state": state, "key": key, "captures": captures[pk], "attempt": attempt}
    for pk, state, key, attempt in Job.objects.values_list(
        "pk", "state", "batch__idempotency_key", "attempt"
    )
]))
"""


def setup(models: dict[str, str]) -> str:
    return f"""
from accounts.models import User
from billing.models import Account, Plan
from generation.models import ImageModel
for user in User.objects.filter(email__startswith="chaos"):
    account = Account.objects.of(user); account.plan = Plan.objects.unlimited(); account.save()
for slug, address in {models!r}.items():
    ImageModel.objects.create(
        slug=slug, name=slug.title(), provider="fake", address=address,
        contract_data={{
            "width": {{"default": 64, "min": 32, "max": 256, "step": 8}},
            "height": {{"default": 64, "min": 32, "max": 256, "step": 8}},
            "num_inference_steps": {{"default": 6, "min": 1, "max": 50}},
            "images_per_call": 4 if slug == "quick" else 1,
        }},
    )
"""


@dataclass
class Journal:
    """What people were told, to be compared with what there is in the end."""

    jobs: dict[str, str] = field(default_factory=dict)  # promised -> the key it was asked with
    keys: dict[str, int] = field(default_factory=dict)  # asked for -> how many pictures
    cancelled: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)  # their pictures are in the trash
    wrong: list[str] = field(default_factory=list)
    unreached: int = 0


class Person:
    """Every call by a connection of its own: between two, a server closes one that is kept. One
    that got no answer is made again, of the other web process."""

    TRIES = 60

    def __init__(
        self,
        name: str,
        key: str,
        ports: Sequence[int],
        journal: Journal,
        weights: Mapping[str, int],
    ) -> None:
        self.name, self.key, self.ports, self.journal = name, key, ports, journal
        self.weights = weights
        self.marker = f"marker-{name}"
        self.jobs: list[str] = []
        self.asked = 0
        self.others: list[str] = []  # markers that no answer to us may hold

    def ask(self, dice: random.Random) -> int:
        """How many pictures were accepted."""
        (model,) = dice.choices(list(self.weights), list(self.weights.values()))
        count = 1 if model == "poison" else dice.randint(1, 4)
        self.asked += 1
        key = f"{self.name}-{self.asked}"
        self.journal.keys[key] = count
        words = {"prompt": f"a red house, {self.marker}", "model": model, "count": count}
        status, said = self.call("POST", "/api/generate", words, key)
        if status not in (200, 202):
            if status:  # else nobody knows
                del self.journal.keys[key]
            return 0
        made = json.loads(said)["job_ids"]
        self.jobs += made
        self.journal.jobs |= dict.fromkeys(made, key)
        return len(made)

    def cancel_one(self, dice: random.Random) -> int:
        """1 if it had not ended before. One of the latest: the others have ended for certain."""
        if not self.jobs:
            return 0
        job = dice.choice(self.jobs[-LATEST:])
        self.call("POST", f"/api/jobs/{job}/cancel")
        if self.state_of(job).get("state") != "cancelled":
            return 0
        self.journal.cancelled.add(job)
        return 1

    def delete_one(self, dice: random.Random) -> int:
        """One that is done goes into the trash."""
        for job in dice.sample(self.jobs, min(4, len(self.jobs))):
            image = self.state_of(job).get("image_id")
            if image and self.call("DELETE", f"/api/images/{image}")[0] in (200, 204):
                self.journal.deleted.add(job)
                return 1
        return 0

    def state_of(self, job: str) -> dict[str, Any]:
        status, said = self.call("GET", f"/api/status/{job}")
        if status not in (200, 404):
            return {}
        if status == 404:
            if job not in self.journal.deleted:
                self.journal.wrong.append(f"Job {job} was promised and is not there.")
            return {}
        answer: dict[str, Any] = json.loads(said)
        return answer

    def look_at(self, job: str) -> bool:
        """Fetch its picture, if it has one, and decode it. True where there was one."""
        address = self.state_of(job).get("image_url")
        if not address:
            return False
        status, raw = self.call("GET", urlsplit(address).path)
        try:
            with Image.open(BytesIO(raw)) as picture:
                picture.load()
        except (OSError, SyntaxError) as error:
            self.journal.wrong.append(f"The picture of {job} is none ({status}): {error}")
        return True

    def call(self, method: str, path: str, body: object = None, key: str = "") -> tuple[int, bytes]:
        """Status and answer; 0 where nobody answered at all."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        sent = json.dumps(body) if body is not None else None
        for number in range(self.TRIES):
            port = self.ports[number % len(self.ports)]
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request(method, path, sent, headers)
                response = connection.getresponse()
                status, said = response.status, response.read()
            except (OSError, http.client.HTTPException):
                self.journal.unreached += 1
                time.sleep(0.25)
                continue
            finally:
                connection.close()
            self._judge(method, path, status, said)
            if status != BUSY:
                return status, said
            time.sleep(0.25)
        return 0, b""

    def _judge(self, method: str, path: str, status: int, said: bytes) -> None:
        if status >= 500 and status != BUSY:
            self.journal.wrong.append(f"{method} {path} was answered {status}: {said[:200]!r}")
        for marker in self.others:
            if marker.encode() in said:
                self.journal.wrong.append(f"{method} {path} told {self.name} of {marker}.")


def people(
    site: BenchSite,
    ports: Sequence[int],
    journal: Journal,
    models: Mapping[str, tuple[str, int]] = MODELS,
) -> list[Person]:
    weights = {slug: weight for slug, (_, weight) in models.items()}
    found = []
    for number in range(PEOPLE):
        name = f"chaos{number}"
        words = site.manage("create_api_key", f"{name}@example.org", "--create").split()
        found.append(Person(name, words[-1], ports, journal, weights))
    for person in found:
        person.others = [other.marker for other in found if other is not person]
    site.run(setup({slug: address for slug, (address, _) in models.items()}))
    return found


def waiting(everybody: list[Person]) -> int:
    """How many pictures wait now."""
    queue = _queue(everybody)
    return int(queue["waiting"]) if queue else 0


def wait_until_idle(
    everybody: list[Person], seconds: float, meanwhile: Callable[[], None]
) -> float:
    """How long it took; whoever waits in vain hears of it from the invariants."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        meanwhile()
        queue = _queue(everybody)
        if queue and not queue["waiting"] and not queue["running"]:
            break
        time.sleep(0.5)
    return time.monotonic() - begun


def _queue(everybody: list[Person]) -> dict[str, Any]:
    _, said = everybody[0].call("GET", "/api/health")
    try:
        return json.loads(said).get("queue") or {}
    except ValueError:
        return {}


def there_is(site: BenchSite) -> list[dict[str, Any]]:
    """Every job of the database."""
    answer: list[dict[str, Any]] = json.loads(site.run(JOBS).strip().splitlines()[-1])
    return answer


def differences(journal: Journal, there: Sequence[dict[str, Any]]) -> list[str]:
    """Between what people were told and what there is."""
    of = {row["id"]: row for row in there}
    lost = [job for job in journal.jobs if job not in of]
    kept = [job for job in journal.cancelled if job in of and of[job]["state"] != "cancelled"]
    wrong = list(journal.wrong)
    wrong += [f"Job {job} was accepted and is lost." for job in lost]
    wrong += [f"Job {job} was said to be cancelled and is {of[job]['state']}." for job in kept]
    made = Counter(row["key"] for row in there)
    for key, count in made.items():
        if key not in journal.keys:
            wrong.append(f"{count} jobs of {key} were refused and are there.")
        elif count != journal.keys[key]:
            wrong.append(f"{journal.keys[key]} pictures were asked for with {key}; {count} are.")
    for row in there:
        paid = row["state"] == "succeeded"
        if row["captures"] != paid:
            wrong.append(f"Job {row['id']} is {row['state']} and charged {row['captures']} times.")
    return wrong


def broken_invariants(site: BenchSite) -> list[str]:
    """A sentence for each, of a site at which nothing is drawn any more."""
    checked = subprocess.run(
        [sys.executable, "manage.py", "check_invariants", "--idle"],
        cwd=site.root,
        env=site.env,
        check=False,
        capture_output=True,
        text=True,
    )
    return checked.stderr.strip().splitlines() if checked.returncode else []
