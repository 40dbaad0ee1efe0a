"""What a person's page for staff says of their pictures."""

from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from billing.money import money
from generation.models import DayUsage, Job, SafetyCase
from pixazo.overview import Cell, Figure, Part, Table, about_person, number

DAYS = 30
LATEST = 5


@about_person(position=30, permission="generation.view_job")
def pictures(request: HttpRequest, person: Any) -> Part:
    since = (now() - timedelta(days=DAYS - 1)).date()
    usage = DayUsage.objects.filter(user=person, day__gte=since)
    summed = usage.aggregate(made=Sum("made"), failed=Sum("failed"), cost=Sum("cost"))
    cases = SafetyCase.objects.filter(author=person).count()
    held = f"{reverse('admin:generation_safetycase_changelist')}?author__id__exact={person.pk}"
    jobs = f"{reverse('admin:generation_job_changelist')}?author_id={person.pk}"
    return Part(
        f"Pictures, {DAYS} days",
        [
            Figure("Made", number(summed["made"] or 0), link=jobs),
            Figure("Failed", number(summed["failed"] or 0)),
            Figure("Cost", money(round((summed["cost"] or 0) * 100), "usd")),
            Figure("Held back, ever", number(cases), link=held),
        ],
        [_by_day(usage, since), _latest(person)],
    )


def _by_day(usage: Any, since: Any) -> Table:
    days = usage.values("day").annotate(made=Sum("made"), failed=Sum("failed"))
    found = {each["day"]: (each["made"], each["failed"]) for each in days}
    all_days = [since + timedelta(days=number) for number in range(DAYS)]
    rows = [(f"{day:%d %b}", *found.get(day, (0, 0))) for day in all_days] if found else []
    return Table("By day (UTC)", ("Day", "Made", "Failed"), rows, "stack")


def _latest(person: Any) -> Table:
    jobs = Job.objects.filter(author_id=person.pk).select_related("model").order_by("-pk")[:LATEST]
    rows = [
        (
            Cell(
                f"{job.created:%d %b %H:%M}",
                link=reverse("admin:generation_job_change", args=[job.pk]),
            ),
            job.model.name,
            job.get_state_display(),
            job.error_code,
        )
        for job in jobs
    ]
    return Table("The latest", ("Asked (UTC)", "Model", "State", "Code"), rows)
