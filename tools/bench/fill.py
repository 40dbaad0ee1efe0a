"""Fills a workspace with pictures (rows only) for the lists. Runs inside the site's settings."""

import json
import os
import time
from pathlib import Path

import PIL.Image
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import User
from generation.models import Batch, Image, ImageModel, ImageWords, Job
from workspaces.models import Workspace

PER_BATCH = 4


def fill(size: int, *, files: bool = False) -> None:
    """Bring the workspace "Bench" to `size` pictures, with their `files` where they are to be
    looked at; print what the bench needs as JSON."""
    user = User.objects.get(email="bench@example.org")
    workspace = Workspace.objects.filter(owner=user, slug="bench").first()
    workspace = workspace or Workspace.found(user, "Bench")
    have = Image.objects.filter(workspace=workspace).count()
    while have < size:
        have += add(user, workspace, min(2000, size - have))
    if files:
        _draw(workspace)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    batches = workspace.batches.order_by("-id")
    images = Image.objects.filter(workspace=workspace).order_by("-id")
    print(
        json.dumps(
            {
                "slug": workspace.slug,
                "deep": str(batches[int(batches.count() * 0.9)].pk),
                "deep_image": images[int(size * 0.9)].pk.hex,
                "cookie": session(user),
                "sql": _plain_sql(workspace),
            }
        )
    )


def add(user: User, workspace: Workspace, pictures: int) -> int:
    model = ImageModel.objects.get(slug="starter")
    topic = workspace.default_topic
    batches = [
        Batch(
            workspace=workspace,
            topic=topic,
            author=user,
            model=model,
            prompt=f"a red house under a full moon, number {number}",
            width=128,
            height=128,
            num_inference_steps=20,
            guidance_scale=4.0,
            seed=number,
            count=PER_BATCH,
        )
        for number in range(max(1, pictures // PER_BATCH))
    ]
    Batch.objects.bulk_create(batches)
    jobs = [
        Job(
            batch=batch,
            index=index,
            author_id=user.pk,
            model=model,
            lane="gpu",
            seed=index,
            state=Job.State.SUCCEEDED,
        )
        for batch in batches
        for index in range(PER_BATCH)
    ]
    Job.objects.bulk_create(jobs)
    images = [image_of(job) for job in jobs]
    Image.objects.bulk_create(images)
    ImageWords.objects.bulk_create(ImageWords.of(image) for image in images)
    return len(jobs)


def image_of(job: Job) -> Image:
    """Its picture's row, unsaved."""
    return Image(
        workspace_id=job.batch.workspace_id,
        job=job,
        original=f"generated/bench/bench/{job.pk}.png",
        medium=f"generated/bench/bench/{job.pk}.medium.webp",
        small=f"generated/bench/bench/{job.pk}.small.webp",
        width=128,
        height=128,
        bytes=20_000,
        sha256="0" * 64,
        colour="#336699",
        recipe={"prompt": job.batch.prompt, "seed": job.seed},
        alt=job.batch.prompt,
        rating=job.index + 1,
        recipe_hash="0" * 64,
        model_name=job.model.name,
        wait_seconds=0.1,
        draw_seconds=1.0,
    )


def draw(image: Image) -> None:
    """Its files: the same noise for all, a PNG and what the feed and the viewer show of it."""
    for key in image.keys:
        path = Path(default_storage.path(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.link(_noise(path.suffix), path)


def _noise(ending: str) -> Path:
    path = Path(default_storage.path(f"generated/bench/noise{ending}"))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        side = 384 if ending == ".webp" else 256
        noise = PIL.Image.effect_noise((side, side), 80).convert("RGB")
        noise.save(path, quality=80)
    return path


def _draw(workspace: Workspace) -> None:
    for image in Image.objects.filter(workspace=workspace):
        draw(image)


def session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _plain_sql(workspace: Workspace) -> float:
    """Median seconds of the query alone: the newest 50 pictures."""
    newest = Image.objects.filter(workspace=workspace).order_by("-id").values("id", "small")[:50]
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        list(newest.all())
        times.append(time.perf_counter() - begin)
    return sorted(times)[10]
