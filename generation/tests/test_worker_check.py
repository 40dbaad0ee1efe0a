"""`manage.py worker_check`: what supervisors and health checks go by."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils.timezone import now

from generation.models import ImageModel, Job, Worker
from generation.models.worker import WorkerQuerySet
from generation.tests.engine import ask_one

pytestmark = pytest.mark.django_db


def check(*options):
    out, err = StringIO(), StringIO()
    try:
        call_command("worker_check", *options, stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, err.getvalue()
    return 0, out.getvalue()


def works(name=None, **changes):
    name = name or Worker.name_here("gpu0")
    return Worker.objects.create(**{"name": name, "lanes": "gpu", "seen": now()} | changes)


@pytest.fixture
def painter(painter):
    """A model that is drawn here; these tests draw nothing."""
    painter.provider = "diffusers"
    painter.save()
    return painter


def test_a_worker_of_this_machine_is_well():
    works(busy=True, last_step="7/20")
    code, said = check()
    assert code == 0
    assert said.startswith("gpu0@")
    assert said.endswith(": draws, step 7/20\n")


def test_nobody_is_not_well():
    code, said = check()
    assert code == 1
    assert "No worker of lane gpu reported itself in the last 30 s." in said


def test_another_machines_counts_only_for_the_whole_site():
    works("gpu0@elsewhere-123456:4711")
    assert check()[0] == 1
    assert check("--any")[0] == 0


def test_one_that_is_silent_or_in_trouble_is_not_well():
    worker = works(seen=now() - timedelta(seconds=40))
    assert check()[0] == 1
    assert check("--seconds", "60")[0] == 0
    Worker.objects.filter(pk=worker.pk).update(seen=now(), trouble="Its device was lost.")
    code, said = check()
    assert code == 1
    assert "Its device was lost." in said


def test_a_lane_can_be_asked_for():
    works()
    assert check("--lane", "gpu")[0] == 0
    assert check("--lane", "remote")[0] == 1


def test_each_lane_that_is_needed_must_be_served(painter, studio):
    ImageModel.objects.exclude(pk=painter.pk).update(is_active=False)
    works(Worker.name_here("remote"), lanes="remote")
    for options in ((), ("--any",)):
        code, said = check(*options)
        assert code == 1
        assert "No worker of lane gpu reported itself" in said
    assert check("--lane", "remote")[0] == 0
    works()
    code, said = check()
    assert code == 0
    assert "remote" not in said
    job = ask_one(studio, painter)
    Worker.objects.filter(lanes="remote").delete()
    Job.objects.filter(pk=job.pk).update(lane="remote")
    code, said = check("--any")
    assert code == 1
    assert "No worker of lane remote reported itself" in said


def test_a_database_that_is_away_is_a_sentence(monkeypatch):
    def away(self):
        raise OperationalError("server closed")

    monkeypatch.setattr(WorkerQuerySet, "_fetch_all", away)
    code, said = check()
    assert code == 1
    assert "The database does not answer: server closed" in said
