"""What staff's start page says of drawing: pictures, failures, waiting, cost, workers, storage."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from billing.money import money
from generation.admin import hanging
from generation.figures import reading
from generation.figures.classes import quantile
from generation.figures.counting import hour_of
from generation.models import ImageModel, Job, Publication, SafetyCase, State
from pixazo.overview import Cell, Figure, Part, Period, Table, number, part, percent, seconds

MOST = 8  # rows of a table that only names the first
MANY_FAIL = 0.05


def _figures(request: HttpRequest, period: Period) -> reading.Figures:
    """Read once for all parts of a page."""
    kept: reading.Figures | None = getattr(request, "figures", None)
    if kept is None:
        kept = request.figures = reading.since(period.since)  # type: ignore[attr-defined]
    return kept


def _jobs(**filters: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{reverse('admin:generation_job_changelist')}?{query}"


@part(position=20, permission="generation.view_job")
def pictures(request: HttpRequest, period: Period) -> Part:
    found = _figures(request, period)
    ends, tried = found.ends, found.made + found.failed
    rows = Job.objects.filter(finished__gte=period.since).order_by()
    active = rows.values("author_id").distinct().count()
    is_bad = tried >= 20 and found.failed > MANY_FAIL * tried
    return Part(
        "Pictures",
        [
            Figure(
                "Made",
                number(found.made),
                f"by {number(active)} {'person' if active == 1 else 'people'}",
            ),
            Figure(
                "Failed",
                number(found.failed),
                percent(found.failed, tried),
                _jobs(state__exact="failed"),
                "danger" if is_bad else "",
            ),
            Figure("Cancelled", number(ends[State.CANCELLED])),
            Figure("Held back", number(ends[State.BLOCKED])),
        ],
        [_over_time(found, period), _failures(found)],
    )


def _over_time(found: reading.Figures, period: Period) -> Table:
    start, end = hour_of(period.since), now()
    if period.hours > 24:
        start = start.replace(hour=0)
    written = "%H:00" if period.hours <= 24 else "%d %b %H:00" if period.hours < 200 else "%d %b"
    steps = found.by_time(period.step, start, end)
    rows = [(f"{at:{written}}", each.made, each.failed) for at, each in steps.items()]
    return Table("Pictures over time (UTC)", ("From", "Made", "Failed"), rows, "stack")


def _failures(found: reading.Figures) -> Table:
    rows = [
        (
            Cell(code, link=_jobs(error_code__exact=code)),
            count,
            Cell("A job", link=reverse("admin:generation_job_change", args=[sample])),
        )
        for code, count, sample in found.codes[:MOST]
    ]
    return Table("What went wrong", ("Code", "How often", "For example"), rows)


@part(position=25, permission="generation.view_job")
def waiting(request: HttpRequest, period: Period) -> Part:
    found = _figures(request, period)
    line = Job.objects.waiting().count()
    names = dict(ImageModel.objects.values_list("pk", "name"))
    rows: list[tuple[Any, ...]] = [
        (
            names.get(model, "?"),
            each.made,
            *_took(each.waits),
            *_took(each.draws),
            Cell(percent(each.failed, each.made + each.failed)),
        )
        for model, each in found.by_model().items()
    ]
    rows.sort(key=lambda row: (row[0], -row[1]))  # several may be gone, or have one name
    head = ("Model", "Made", "Waits", "p95", "Draws", "p95", "Failed")
    return Part(
        "Waiting",
        [
            Figure("Median", seconds(found.wait(0.5))),
            Figure("95 of 100 within", seconds(found.wait(0.95))),
            Figure("In line now", number(line), link=_jobs(state__exact="queued")),
        ],
        [Table("Response times by model", head, rows)],
    )


def _took(classes: Any) -> tuple[Cell, Cell]:
    first, last = quantile(classes, 0.5), quantile(classes, 0.95)
    return Cell(seconds(first), first), Cell(seconds(last), last)


@part(position=14, permission="billing.view_account")
def cost(request: HttpRequest, period: Period) -> Part:
    found = _figures(request, period)
    return Part(
        "Cost",
        [
            Figure("Units used", number(found.units)),
            Figure(
                "Cost at services", money(round(found.cost * 100), "usd"), "by the models' prices"
            ),
        ],
    )


@part(position=50, permission="generation.view_imagemodel")
def popular(request: HttpRequest, period: Period) -> Part:
    found = _figures(request, period)
    by_model = found.by_model()
    known = ImageModel.objects.in_bulk(by_model)
    ranked = sorted(by_model.items(), key=lambda each: -each[1].made)[:MOST]
    models = [
        (
            Cell(known[pk].name, link=reverse("admin:generation_imagemodel_change", args=[pk])),
            each.made,
        )
        for pk, each in ranked
        if pk in known
    ]
    styles = found.styles.most_common(MOST)
    return Part(
        "Popular",
        tables=[
            Table("Models", ("Model", "Pictures"), models, "bars"),
            Table("Styles", ("Style", "Pictures"), styles, "bars"),
        ],
    )


@part(position=11, permission="generation.view_safetycase")
def cases(request: HttpRequest, period: Period) -> Part:
    rows = SafetyCase.objects
    states = SafetyCase.State
    appealed = rows.filter(state=states.APPEALED).count()
    held = rows.filter(state=states.HELD).count()
    page = reverse("admin:generation_safetycase_changelist")
    desk = reverse("admin:generation_safetycase_moderate")
    tone = "warn" if appealed else ""
    user: Any = request.user
    figures = [
        Figure("Appeals", number(appealed), "", f"{page}?state__exact=appealed", tone),
        Figure("Held back, undecided", number(held), link=f"{page}?state__exact=held"),
    ]
    if user.has_perm("generation.change_safetycase"):
        figures.append(Figure("To decide", "One by one", link=desk))
    return Part("Moderation", figures)


@part(position=12, permission="generation.view_publication")
def public_gallery(request: HttpRequest, period: Period) -> Part:
    rows = Publication.objects
    waiting = rows.filter(state=Publication.State.WAITING).count()
    complained = rows.complained().count()
    page = reverse("admin:generation_publication_changelist")
    user: Any = request.user
    figures = [
        Figure(
            "Waiting for the public gallery",
            number(waiting),
            "",
            f"{page}?state__exact=waiting",
            "warn" if waiting else "",
        ),
        Figure(
            "Complained of",
            number(complained),
            "",
            f"{page}?complaints=open",
            "warn" if complained else "",
        ),
    ]
    if user.has_perm("generation.change_publication"):
        figures.append(Figure("To decide", "One by one", link=reverse(hanging.DESK)))
    return Part("Public gallery", figures)
