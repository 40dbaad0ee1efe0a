"""People, models and workers: they ask, the real queue decides, time passes as pictures would."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import User
from billing.models import Account, Plan
from generation import queue
from generation.models import Batch, Image, ImageModel, Job, Transition, Turn, Worker
from tools.fairness.clock import VirtualClock
from workspaces.models import Workspace

LANE = ImageModel.Lane.GPU


@dataclass
class Begun:
    job: Job
    at: datetime
    loaded: bool  # the model had to be loaded first
    before: int  # how many were begun earlier


@dataclass
class Drawing:
    worker: "Hand"
    jobs: list[Job]
    until: datetime
    seconds: float
    loading: float


@dataclass
class Hand:
    """A worker with room for one model."""

    name: str
    model: ImageModel | None = None
    drawing: Drawing | None = None


@dataclass
class World:
    clock: VirtualClock
    dice: random.Random
    seconds: dict[uuid.UUID, float] = field(default_factory=dict)  # of a model's pictures
    loading: dict[uuid.UUID, float] = field(default_factory=dict)
    noise: float = 0.0  # of the logarithm of what a picture takes
    hands: list[Hand] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)
    longest_pass: float = (
        0.0  # seconds that somebody was next while loaded models went first, calls and all
    )

    def person(self, name: str, *, weight: int = 1, at_once: int = 100) -> User:
        user = User.objects.create(username=name, email=f"{name}@example.org")
        plan, _ = Plan.objects.get_or_create(
            slug=f"sim-{weight}-{at_once}",
            defaults={"name": "Sim", "queue_weight": weight, "running_jobs": at_once},
        )
        Account.objects.create(user=user, plan=plan, day=self.clock.moment.date())
        Workspace.found(user, name)
        return user

    def model(self, name: str, *, seconds: float = 1.0, loading: float = 0.0) -> ImageModel:
        model = ImageModel.objects.create(slug=name, name=name, address=f"/nowhere/{name}")
        self.seconds[model.pk], self.loading[model.pk] = seconds, loading
        return model

    def workers(self, count: int) -> None:
        for number in range(1, count + 1):
            self.hands.append(Hand(f"sim{number}"))
            far = self.clock.moment + timedelta(days=365)
            Worker.objects.create(name=f"sim{number}", lanes=LANE, seen=far)

    def ask(
        self, user: User, model: ImageModel, count: int = 1, *, whenever: bool = False
    ) -> list[Job]:
        """As `submit` leaves it, without units and doorbell."""
        workspace = Workspace.objects.get(owner=user)
        batch = Batch.objects.create(
            workspace=workspace,
            topic=workspace.default_topic,
            author=user,
            model=model,
            prompt="sim",
            width=512,
            height=512,
            num_inference_steps=20,
            guidance_scale=4.0,
            seed=1,
            count=count,
            time_class=Batch.TimeClass.WHENEVER if whenever else Batch.TimeClass.NOW,
        )
        jobs = Job.objects.bulk_create(
            Job(
                batch=batch,
                index=index,
                author_id=user.pk,
                model=model,
                lane=LANE,
                shape=batch.shape,
                seed=index,
                steps=20,
                is_idle=whenever,
                waiting_since=self.clock.moment,
            )
            for index in range(count)
        )
        Transition.objects.bulk_create(Transition(job=job, state=job.state) for job in jobs)
        Turn.objects.arrive(user.pk, LANE, whenever)
        return jobs

    def run(self, seconds: float) -> None:
        """Let so much time pass; idle workers look for work whenever something changes."""
        end = self.clock.moment + timedelta(seconds=seconds)
        self._look()
        while busy := [hand.drawing for hand in self.hands if hand.drawing]:
            first = min(busy, key=lambda drawing: drawing.until)
            if first.until > end:
                break
            self.clock.moment = first.until
            self._finish(first)
            self._look()
        self.clock.moment = max(self.clock.moment, end)

    def _look(self) -> None:
        for hand in self.hands:
            if not hand.drawing:
                self._claim(hand)

    def _claim(self, hand: Hand) -> None:
        passed = dict(
            Turn.objects.in_line().exclude(passed=None).values_list("author_id", "passed")
        )
        jobs = queue.claim([LANE], hand.name, [hand.model.pk] if hand.model else [])
        if not jobs:
            return
        model = jobs[0].model
        loads = hand.model is None or hand.model.pk != model.pk
        for job in jobs:
            self.begun.append(Begun(job, self.clock.moment, loads, len(self.begun)))
        loading = self.loading[model.pk] if loads else 0.0
        seconds = self.seconds[model.pk] * self.dice.lognormvariate(0.0, self.noise)
        hand.model = model
        Worker.objects.filter(name=hand.name).update(loaded_models=[model.slug])
        until = self.clock.moment + timedelta(seconds=loading + seconds)
        hand.drawing = Drawing(hand, jobs, until, seconds, loading)
        if not loads and jobs[0].author_id not in passed:
            # Those who were next are passed over until this call ends.
            pauses = [(until - since).total_seconds() for since in passed.values() if since]
            self.longest_pass = max([self.longest_pass, *pauses])

    def _finish(self, drawing: Drawing) -> None:
        for job in drawing.jobs:
            job.start_drawing()
            job.start_saving()
            job.succeed(_image(job, drawing))
        drawing.worker.drawing = None


def _image(job: Job, drawing: Drawing) -> Image:
    name = f"{job.pk}.png"
    return Image(
        workspace=job.batch.workspace,
        job=job,
        original=name,
        medium=name,
        small=name,
        width=job.batch.width,
        height=job.batch.height,
        bytes=1,
        sha256="",
        colour="#000000",
        recipe={},
        recipe_hash="",
        model_name=job.model.name,
        wait_seconds=0.0,
        draw_seconds=drawing.seconds,
        load_seconds=drawing.loading,
        device="sim",
        company=len(drawing.jobs),
    )
