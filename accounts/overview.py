"""What staff's start page says of people, and what a person's own page says of them."""

from typing import Any

from django.apps import apps
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import ApiKey, PageView, StaffAct, Ticket, User
from accounts.page_names import named
from pixazo.overview import Figure, Part, Period, Table, about_person, number, part


@part(position=10, permission="accounts.view_user")
def people(request: HttpRequest, period: Period) -> Part:
    known = User.objects.filter(is_active=True)
    new = known.filter(date_joined__gte=period.since).count()
    seen = known.filter(last_login__gte=period.since).count()
    keys = ApiKey.objects.active().filter(last_used__gte=period.since).count()
    everybody = reverse("admin:accounts_user_changelist")
    used = reverse("admin:accounts_apikey_changelist")
    return Part(
        "People",
        [
            Figure("New", number(new), link=everybody),
            Figure("Signed in", number(seen)),
            Figure("API keys used", number(keys), link=used),
            Figure("All", number(known.count()), link=everybody),
        ],
    )


@part(position=12, permission="accounts.view_ticket")
def tickets(request: HttpRequest, period: Period) -> Part:
    waiting = Ticket.objects.for_staff()
    page = reverse("admin:accounts_ticket_changelist")
    oldest = waiting.order_by("moved").values_list("moved", flat=True).first()
    since = f"the first since {oldest:%d %b %H:%M}" if oldest else ""
    return Part(
        "Help",
        [
            Figure(
                "Wait for us",
                number(waiting.count()),
                since,
                f"{page}?state__exact=open",
                "warn" if oldest else "",
            ),
            Figure("Asked", number(Ticket.objects.filter(created__gte=period.since).count())),
        ],
    )


@about_person(position=10, permission="accounts.view_user")
def person(request: HttpRequest, person: Any) -> Part:
    acts = reverse("admin:accounts_staffact_changelist")
    keys = reverse("admin:accounts_apikey_changelist")
    figures = [
        Figure(
            "API keys in use",
            number(ApiKey.objects.active().filter(user=person).count()),
            link=f"{keys}?user__id__exact={person.pk}",
        ),
        Figure(
            "What staff did",
            number(StaffAct.objects.filter(person=person).count()),
            link=f"{acts}?person__id__exact={person.pk}",
        ),
    ]
    asked = Ticket.objects.filter(user=person).count()
    page = reverse("admin:accounts_ticket_changelist")
    figures.append(Figure("Tickets", number(asked), link=f"{page}?user__id__exact={person.pk}"))
    if apps.is_installed("allauth.usersessions"):
        sessions = apps.get_model("usersessions", "UserSession").objects.filter(user=person)
        figures.insert(0, Figure("Devices signed in", number(sessions.count())))
    return Part("Account", figures)


@part(position=55, permission="accounts.view_pageview")
def behaviour(request: HttpRequest, period: Period) -> Part:
    """As far back as it is kept; of those who are counted."""
    views = PageView.objects.filter(at__gte=period.since).order_by()
    pages = views.values_list("page").annotate(
        people=Count("user", distinct=True), hours=Count("pk")
    )
    found = pages.order_by("-people", "-hours")[:10]
    rows = [(named(page), people, hours) for page, people, hours in found]
    counted = views.aggregate(people=Count("user", distinct=True))["people"]
    return Part(
        "What is used",
        [Figure("People counted", number(counted), "of those who don't object")],
        [Table("Pages", ("Page", "People", "Hours"), rows, "bars")],
    )
