"""A request is accepted whole or refused in a sentence."""

import pytest

from generation.models import Image
from generation.tests.engine import ask, draw_all


@pytest.fixture(autouse=True)
def _commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        yield


def test_it_makes_images(studio, painter):
    batch = ask(studio, painter, count=2)
    draw_all()
    assert [job.state for job in batch.jobs.all()] == ["succeeded", "succeeded"]
    assert Image.objects.filter(workspace=studio).count() == 2
