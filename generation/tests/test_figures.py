"""Figures of what was drawn: added up by the hour and by the day, as often as one likes."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from generation.figures import reading
from generation.figures.classes import class_of, quantile
from generation.figures.rolling import roll_up
from generation.models import DayUsage, HourFigures, Image, Job
from generation.tests.engine import ask, draw_all, without_cap

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def _counted_anew():
    reading.forget()
    yield
    reading.forget()


@pytest.fixture
def drawn(studio, painter):
    """Three pictures, and one whose worker was lost, all at one moment: no hour ends between."""
    painter.cost = "0.04"
    painter.save()
    without_cap(studio.owner)
    ask(studio, painter, count=3)
    draw_all()
    lost = ask(studio, painter).jobs.get()
    Job.objects.filter(pk=lost.pk).update(state="failed", error_code="worker_lost")
    Job.objects.update(finished=now())
    lost.refresh_from_db()
    return lost


def test_a_median_of_classes_is_right_to_a_twentieth():
    classes = {}
    for second in range(1, 100):
        classes[class_of(second)] = classes.get(class_of(second), 0) + 1
    assert quantile(classes, 0.5) == pytest.approx(50, rel=0.06)
    assert quantile(classes, 0.95) == pytest.approx(95, rel=0.06)
    assert quantile({}, 0.5) is None
    assert quantile({class_of(0): 1}, 0.5) > 0


def test_what_ended_is_counted_by_hour_and_model(drawn, painter):
    roll_up()
    row = HourFigures.objects.get()
    assert (row.model, row.ends) == (painter, {"succeeded": 3, "failed": 1})
    assert row.codes == {"worker_lost": [1, str(drawn.pk)]}
    assert sum(row.waits.values()) == sum(row.draws.values()) == 3
    assert (row.units, float(row.cost)) == (3, 0.12)


def test_counting_twice_changes_nothing(drawn, studio, painter):
    def all_of(model):
        return [{**row, "id": None} for row in model.objects.order_by("id").values()]

    roll_up()
    before = all_of(HourFigures), all_of(DayUsage)
    roll_up()
    call_command("roll_up", days=2)
    assert (all_of(HourFigures), all_of(DayUsage)) == before
    ask(studio, painter)
    draw_all()
    Job.objects.update(finished=drawn.finished)
    roll_up(drawn.finished)
    assert HourFigures.objects.get().ends["succeeded"] == 4


def test_figures_outlive_the_jobs(drawn):
    roll_up()
    Job.objects.all().delete()
    roll_up()
    reading.forget()
    assert reading.since(now() - timedelta(days=1)).made == 3


def test_a_persons_usage_is_theirs(drawn, studio, painter, bob):
    ask(studio, painter, bob)
    draw_all()
    roll_up()
    mine, bobs = (DayUsage.objects.get(user=user) for user in (studio.owner, bob))
    assert (mine.made, mine.failed, mine.units, float(mine.cost)) == (3, 1, 3, 0.12)
    assert (bobs.made, bobs.failed) == (1, 0)


def test_what_has_just_ended_is_told_without_a_round(drawn):
    found = reading.since(now() - timedelta(days=1))
    assert (found.made, found.failed) == (3, 1)
    assert found.codes == [("worker_lost", 1, str(drawn.pk))]
    assert HourFigures.objects.count() == 0


def test_an_older_hour_is_counted_by_the_next_round(drawn):
    Job.objects.update(finished=now() - timedelta(days=3))
    assert reading.since(now() - timedelta(days=7)).made == 0
    roll_up()
    assert reading.since(now() - timedelta(days=7)).made == 3
    assert reading.since(now() - timedelta(days=1)).made == 0


def test_what_an_archive_brought_was_not_drawn_here(drawn):
    Image.objects.update(is_brought=True)
    roll_up()
    assert HourFigures.objects.get().ends == {"failed": 1}


def test_what_somebody_calls_a_style_of_theirs_is_not_told(drawn):
    batch = Job.objects.filter(state="succeeded").first().batch
    batch.template = {"style": {"id": "1", "name": "My secret look"}}
    batch.save()
    found = reading.since(now() - timedelta(days=1))
    assert found.styles == {"people's own": 3}
