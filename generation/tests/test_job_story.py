"""`manage.py job_story`: from an id to all that happened."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from generation.management.commands import job_story
from generation.models import Batch, Job
from generation.tests.engine import ask, draw_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def story(*words):
    out = StringIO()
    call_command("job_story", *map(str, words), stdout=out)
    return out.getvalue()


def test_it_tells_what_was_asked_what_became_of_it_and_what_it_cost(studio, painter, tmp_path):
    ask(studio, painter, prompt="a fox of mine")
    Batch.objects.update(request_id="req-12345678")
    draw_all()
    job = Job.objects.get()
    log = tmp_path / "site.log"
    log.write_text(
        '{"time": "2026-01-01T10:00:00.000+00:00", "level": "info", "event": "request",'
        ' "message": "POST /api/v1/generate 202", "request": "req-12345678"}\n'
        f"2026-01-01 10:00:01 WARNING generation.run: Job {job.pk} is slow.\n"
        "2026-01-01 10:00:01 WARNING generation.run: Another job is slow.\n"
    )
    told = story(job.pk, "--log", log)
    lines = told.splitlines()
    assert lines[0] == f"Job        {job.pk}"
    assert "request    req-12345678" in lines
    states = [line for line in lines if " attempt " in line and line[:4].isdigit()]
    assert [line.split(" attempt ")[0].split()[-1] for line in states] == [
        *("queued", "preparing", "running", "saving", "succeeded")
    ]
    assert "held 1: captured" in told
    assert "request: POST /api/v1/generate 202 request=req-12345678" in told
    assert f"Job {job.pk} is slow." in told
    assert "Another job" not in told
    assert "a fox of mine" not in told
    assert "a fox of mine" in story(job.pk, "--log", log, "--prompt")


def test_lines_about_other_pictures_of_the_same_request_are_theirs(studio, painter, tmp_path):
    batch = ask(studio, painter, count=2)
    Batch.objects.update(request_id="req-12345678")
    draw_all()
    first, second = batch.jobs.order_by("index")
    log = tmp_path / "site.log"
    log.write_text(
        "2026-01-01 10:00:00 INFO pixazo.requests: POST /generate [req-12345678]\n"
        f"2026-01-01 10:00:01 INFO generation.jobs: Job {first.pk}, attempt 1. [req-12345678]\n"
        f"2026-01-01 10:00:01 INFO generation.jobs: Job {second.pk}, attempt 1. [req-12345678]\n"
        f"2026-01-01 10:00:02 INFO generation.run: {first.pk} waits for {second.pk}.\n"
    )
    told = story(second.pk, "--log", log)
    lines = told[told.index("\nLog\n") :].splitlines()[2:]
    assert [line.split()[1] for line in lines] == ["10:00:00", "10:00:01", "10:00:02"]
    assert str(first.pk) not in lines[1]
    assert "no such file" in story(second.pk, "--log", tmp_path)


def test_it_does_not_look_through_all_that_was_ever_asked_for(studio, painter):
    batch = ask(studio, painter)
    for request in ("", "req-12345678"):
        Batch.objects.update(request_id=request)
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:  # it prefers what is tried where rows are few
                    cursor.execute("SET LOCAL enable_seqscan = off")
            plan = job_story.siblings(Job.objects.get(batch=batch)).explain()
        assert not re.search(r"\bSCAN\b|Seq Scan", plan), plan


def test_what_is_not_there_is_said(studio, painter):
    with pytest.raises(CommandError, match="no such job"):
        story("fox")
    with pytest.raises(CommandError, match="no such job"):
        story("0193a2c4-1111-7222-8333-444455556666")
    ask(studio, painter)
    with pytest.raises(CommandError, match="no such job"):
        story("")  # of no request, as is what no page and no program asked for
    told = story(Job.objects.get().pk, "--log", "/nowhere/site.log")
    assert "/nowhere/site.log: there is no such file." in told


def test_the_ids_that_people_have_lead_to_it(studio, painter):
    batch = ask(studio, painter, count=2)
    Batch.objects.update(request_id="0123456789abcdef0123456789abcdef")
    ask(studio, painter)
    draw_all()
    first, second = batch.jobs.order_by("index")
    whole = story(first.pk)
    assert whole.startswith(f"Job        {first.pk}\n")
    assert story(first.image.pk) == whole
    both = f"{whole}\n{story(second.pk)}"
    assert story(batch.pk) == both
    assert story("0123456789abcdef0123456789abcdef") == both


def test_of_many_jobs_one_is_to_be_chosen(studio, painter, monkeypatch):
    monkeypatch.setattr(job_story, "MOST_JOBS", 1)
    batch = ask(studio, painter, count=2)
    told = story(batch.pk).splitlines()
    assert told[0].startswith("2 jobs; ")
    assert told[1:] == [f"{job.pk} queued" for job in batch.jobs.order_by("index")]
