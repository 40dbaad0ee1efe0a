"""What staff's start page says of people."""

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import ApiKey, User
from pixazo.overview import Figure, Part, Period, number, part


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
