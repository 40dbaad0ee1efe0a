"""People who ask for pictures and cancel some, through the API."""

import json
import random
import time
from collections.abc import Callable

from tools.bench.site import BenchSite, Caller, Refused

PEOPLE = 3
BUSY = 503  # a site may say so, while a frozen worker holds its database
LATEST = 8  # pictures of a person, one of which is cancelled
# The fake engine's models: quick, slow, and one that takes its time to load; a fourth that kills.
MODELS = {"quick": "slow:0.05", "slow": "slow:0.3", "heavy": "load:1.5", "poison": "poison"}
WEIGHTS = (6, 4, 4, 1)

SETUP = f"""
from accounts.models import User
from billing.models import Account, Plan
from generation.models import ImageModel
for user in User.objects.filter(email__startswith="chaos"):
    account = Account.objects.of(user); account.plan = Plan.objects.unlimited(); account.save()
for slug, address in {MODELS!r}.items():
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
STATES = """
import json
from django.db.models import Count
from generation.models import Job
print(json.dumps(dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))))
"""


class Person:
    """Every call by a connection of its own: between two, a server closes one that is kept."""

    def __init__(self, site: BenchSite, key: str) -> None:
        self.site = site
        self.key = key
        self.jobs: list[str] = []

    @property
    def caller(self) -> Caller:
        return Caller(self.site.port, self.key)

    def ask(self, dice: random.Random) -> int:
        """1 if it was accepted; 0 where the site said that it is busy, as it may."""
        (model,) = dice.choices(list(MODELS), WEIGHTS)
        count = 1 if model == "poison" else dice.randint(1, 4)
        try:
            self.jobs += self.caller.generate(model=model, count=count)["job_ids"]
        except Refused as error:
            if error.status != BUSY:
                raise
            return 0
        return 1

    def cancel_one(self, dice: random.Random) -> int:
        """1 if it had not ended before. One of the latest: the others have ended for certain."""
        if not self.jobs:
            return 0
        job = dice.choice(self.jobs[-LATEST:])
        self.caller.post(f"/api/jobs/{job}/cancel")
        status, answer = self.caller.get(f"/api/status/{job}")
        if status == BUSY:
            return 0
        if status != 200:
            raise Refused(status, answer)
        return int(json.loads(answer)["state"] == "cancelled")


def people(site: BenchSite) -> list[Person]:
    keys = [
        site.manage("create_api_key", f"chaos{number}@example.org", "--create").split()[-1]
        for number in range(PEOPLE)
    ]
    site.run(SETUP)
    return [Person(site, key) for key in keys]


def waiting(everybody: list[Person]) -> int:
    """How many pictures wait now."""
    queue = everybody[0].caller.get_json("/api/health").get("queue")
    return int(queue["waiting"]) if queue else 0


def wait_until_idle(
    everybody: list[Person], seconds: float, meanwhile: Callable[[], None]
) -> float:
    """How long it took; whoever waits in vain hears of it from the invariants."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        meanwhile()
        queue = everybody[0].caller.get_json("/api/health").get("queue")
        if queue and not queue["waiting"] and not queue["running"]:
            break
        time.sleep(0.5)
    return time.monotonic() - begun


def states(site: BenchSite) -> dict[str, int]:
    answer: dict[str, int] = json.loads(site.run(STATES).strip().splitlines()[-1])
    return answer
