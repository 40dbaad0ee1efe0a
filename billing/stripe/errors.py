"""Why Stripe did not do what was asked, in sentences for the person who asked."""

from django.utils.translation import gettext as _

from pixazo.errors import UserError


class BillingOff(UserError):
    code = "billing_off"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("Nothing is sold on this site: its staff give plans."))


class Away(UserError):
    """Not reached, too slow, or busy: the same may be asked again."""

    code = "stripe_away"
    status = 503

    def __init__(self) -> None:
        super().__init__(_("The payment service can't be reached right now. Try again soon."))


class CardRefused(UserError):
    code = "card_refused"
    status = 402


class Missing(UserError):
    """Stripe knows no such object. `param` says which of those that were named."""

    code = "stripe_missing"
    status = 502

    def __init__(self, param: str = "") -> None:
        super().__init__(
            _("The payment service no longer knows this. Tell the staff of this site.")
        )
        self.param = param


class Refused(UserError):
    """Stripe did not like the request: a fault of ours or of the settings there."""

    code = "stripe_refused"
    status = 502

    def __init__(self, why: str = "") -> None:
        super().__init__(_("The payment service refused this. Tell the staff of this site."))
        self.why = why


class NotSold(UserError):
    code = "not_sold"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("This is not sold here."))


class NoSubscription(UserError):
    code = "no_subscription"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("You have no subscription here."))


class HasSubscription(UserError):
    code = "has_subscription"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("You have a subscription already. Change it in place of a second one."))


class HasMore(UserError):
    """Staff gave them as much, or more: they would pay for nothing."""

    code = "has_more"
    status = 409

    def __init__(self, plan: str) -> None:
        super().__init__(
            _("You have %(plan)s already and pay nothing for it. This would give you nothing more.")
            % {"plan": plan}
        )


class NotPaid(UserError):
    """What was never paid must not count for another plan."""

    code = "not_paid"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("The last payment for your plan failed. Pay it first, then change."))


class OnItsWay(UserError):
    code = "payment_on_its_way"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("Your payment is on its way. The plan begins when it arrives."))
