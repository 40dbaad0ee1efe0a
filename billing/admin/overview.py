"""What staff's start page says of money: what was bought, and what was given back."""

from django.db.models import Count, Sum
from django.http import HttpRequest

from billing.models import Order, Subscription
from billing.money import money
from pixazo.overview import Figure, Part, Period, Table, number, part

LOST = (Order.State.REFUNDED, Order.State.DISPUTED)


@part(position=13, permission="billing.view_order")
def income(request: HttpRequest, period: Period) -> Part:
    bought = Order.objects.filter(created__gte=period.since)
    paid = bought.filter(state=Order.State.PAID)
    totals = paid.values("currency").order_by("currency").annotate(sum=Sum("amount"))
    figures = [
        Figure("Bought", money(each["sum"], each["currency"]), "before tax") for each in totals
    ]
    lost = bought.filter(state__in=LOST).count()
    figures += [
        Figure("Paid orders", number(paid.count())),
        Figure("Paid back or disputed", number(lost), tone="warn" if lost else ""),
        Figure("Subscriptions", number(Subscription.objects.living().count()), "now"),
    ]
    names = paid.values_list("name").annotate(count=Count("pk")).order_by("-count")[:5]
    return Part("Money", figures, [Table("What was bought", ("What", "Orders"), list(names))])
