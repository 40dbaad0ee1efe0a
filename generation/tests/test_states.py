"""A job's life at random: whatever people, workers, the sweeper and the clock do, in any order,
each job ends once, each picture is paid for once, and rows, files, holds and ledger tell one story.

A few examples in `make test`; `HYPOTHESIS_PROFILE=long` tries 2,000 of 30 steps.
"""

import datetime

from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from billing.models import Account, Hold, LedgerEntry, OutOfUnits
from generation import keep
from generation.invariants import violations
from generation.models import Image, ImageModel, Job
from generation.progress import Progress
from generation.run import draw
from generation.sweeper import sweep
from generation.tests.engine import ask, claim
from pixazo.tests.cast import make_person
from pixazo.tests.long import examples, steps
from workspaces.models import Workspace

SIZE = {"default": 32, "min": 32, "max": 64, "step": 8}
CONTRACT = {
    "width": SIZE,
    "height": SIZE,
    "num_inference_steps": {"default": 2, "min": 1, "max": 4},
}
MOST = 4  # pictures with files a run may make: each takes its time


class LifeOfJobs(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.all_of_it = transaction.atomic()
        self.all_of_it.__enter__()
        self.person = make_person("walker")
        self.workspace = Workspace.found(self.person, "Walks")
        self.model = ImageModel.objects.create(
            slug="walker", name="Walker", provider="fake", address="steady", contract_data=CONTRACT
        )
        self.at_work = []  # progresses that workers hold, lost or not
        self.drawn = []  # pictures that are made and not kept yet
        self.ended = {}  # job -> how it ended
        self.workers = 0
        self.kept = 0

    @property
    def account(self):
        return Account.objects.of(self.person)

    @rule(count=st.integers(1, 3), key=st.sampled_from(["", "a", "b"]))
    def submit(self, count, key):
        before = Job.objects.count()
        try:
            ask(
                self.workspace, self.model, count=count, prompt=f"x{count}{key}", **_key(key, count)
            )
        except OutOfUnits:
            assert self.account.left < count
            assert Job.objects.count() == before

    @rule()
    def claim(self):
        self.workers += 1
        if jobs := claim(f"w{self.workers}"):
            self.at_work.append(Progress(jobs))

    @precondition(lambda self: self.at_work)
    @rule(data=st.data())
    def step(self, data):
        progress = self.at_work[data.draw(st.integers(0, len(self.at_work) - 1))]
        for job in progress.jobs:
            job.start_drawing()
            job.note_step(1)

    @precondition(lambda self: self.at_work and self.kept < MOST)
    @rule(data=st.data())
    def draw(self, data):
        progress = self._take(data)
        self.drawn += draw(progress)

    @precondition(lambda self: self.drawn)
    @rule(data=st.data())
    def finish(self, data):
        """Whoever drew it, and whatever has become of it meanwhile."""
        drawn = self.drawn.pop(data.draw(st.integers(0, len(self.drawn) - 1)))
        keep.keep(drawn)
        self.kept += 1

    @precondition(lambda self: self.at_work)
    @rule(data=st.data(), how=st.sampled_from(["fail", "hand_back", "quit"]))
    def give_up(self, data, how):
        progress = self._take(data)
        for job in progress.jobs:
            if how == "fail":
                job.fail("crashed", "It broke.")
            elif how == "hand_back":
                job.hand_back("the worker stopped")
        # "quit": the worker is gone without a word.

    @rule()
    def lose_all_leases(self):
        Job.objects.active().update(lease_until=F("lease_until") - datetime.timedelta(days=1))
        sweep()
        Job.objects.update(rest_until=None)

    @precondition(lambda self: Job.objects.exists())
    @rule(data=st.data())
    def cancel(self, data):
        job = self._any(data)
        was = job.state
        assert job.cancel() is (was not in Job.FINAL)

    @precondition(lambda self: Image.objects.exists())
    @rule(data=st.data())
    def delete_a_request(self, data):
        job = self._any(data)
        if job.batch.deleted is None:
            job.batch.trash()

    @rule()
    def next_day(self):
        day = datetime.timedelta(days=1)
        Account.objects.update(day=F("day") - day)
        Hold.objects.update(day=F("day") - day)

    @rule(units=st.integers(1, 5), n=st.integers(0, 3))
    def pay_and_have_it_back(self, units, n):
        """A reference counts once."""
        account = self.account
        extra = account.extra
        if account.grant(units, reason="bought", reference=f"order-{n}"):
            assert self.account.extra == extra + units
            account.take_back(units, reason="paid back", reference=f"back-{n}")
        assert self.account.extra <= extra

    @invariant()
    def whoever_has_ended_stays_so(self):
        now = dict(Job.objects.filter(state__in=Job.FINAL).values_list("pk", "state"))
        for pk, state in self.ended.items():
            assert now.get(pk) == state
        self.ended |= now

    @invariant()
    def attempts_are_bounded(self):
        assert not Job.objects.filter(attempt__gt=3).exists()

    @invariant()
    def a_picture_is_paid_for_once(self):
        pictures = Job.objects.filter(state="succeeded").count()
        assert LedgerEntry.objects.filter(kind="capture").count() == pictures

    @invariant()
    def nothing_is_wrong(self):
        assert violations() == []

    def teardown(self):
        try:
            self.check_the_end()
        finally:
            transaction.set_rollback(True)
            self.all_of_it.__exit__(None, None, None)

    def check_the_end(self):
        """When all who work are done nothing is held any more."""
        Job.objects.update(rest_until=None)
        for job in Job.objects.unfinished():
            job.cancel()
        for drawn in self.drawn:
            keep.keep(drawn)
        assert self.account.held == 0
        assert violations(idle=True) == []

    def _take(self, data):
        return self.at_work.pop(data.draw(st.integers(0, len(self.at_work) - 1)))

    def _any(self, data):
        jobs = Job.objects.order_by("pk")
        return jobs[data.draw(st.integers(0, jobs.count() - 1))]


def _key(key, count):
    return {"idempotency_key": f"{key}{count}"} if key else {}


class TestLifeOfJobs(LifeOfJobs.TestCase, TestCase):
    settings = settings(
        max_examples=examples(6),
        stateful_step_count=steps(20),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
