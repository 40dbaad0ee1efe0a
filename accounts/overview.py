"""What staff's start page says of people, and what a person's own page says of them."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import ApiKey, StaffAct, User
from pixazo.overview import Figure, Part, Period, about_person, number, part


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
            Figure("New", number(new), link=f"{everybody}?o=-5"),
            Figure("Signed in", number(seen)),
            Figure("API keys used", number(keys), link=used),
            Figure("All", number(known.count()), link=everybody),
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
            link=f"{acts}?q={person.username}",
        ),
    ]
    if apps.is_installed("allauth.usersessions"):
        sessions = apps.get_model("usersessions", "UserSession").objects.filter(user=person)
        figures.insert(0, Figure("Devices signed in", number(sessions.count())))
    return Part("Account", figures)
