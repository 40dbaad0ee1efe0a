"""Payments by Stripe: what is left empty switches them off, and plans are given by staff then."""

from celery.schedules import crontab

from pixazo.settings.engine import CELERY_BEAT_SCHEDULE
from pixazo.settings.places import env

STRIPE_SECRET_KEY = env.secret(
    "STRIPE_SECRET_KEY", "", "Stripe's secret or restricted key. Empty: nothing is sold here."
)
STRIPE_WEBHOOK_SECRETS = env.list(
    "STRIPE_WEBHOOK_SECRET",
    [],
    "What Stripe signs its webhooks with (whsec_...); two or more while one is replaced.",
)
STRIPE_API_BASE = env.str(
    "STRIPE_API_BASE", "", "Another server that speaks Stripe's API, to try payments out."
).rstrip("/")
# Test keys begin with sk_test_ or rk_test_, and see none of what is live.
STRIPE_LIVE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
STRIPE_CURRENCY = env.str(
    "STRIPE_CURRENCY", "usd", "The currency of all prices, three letters."
).lower()
STRIPE_TAX = env.bool("STRIPE_TAX", False, "Let Stripe work out taxes and ask for tax numbers.")
STRIPE_TAX_BEHAVIOR = env.str(
    "STRIPE_TAX_BEHAVIOR",
    "exclusive",
    "Whether taxes come on top of prices (exclusive) or are in them (inclusive).",
)
GRACE_DAYS = env.int(
    "PIXAZO_GRACE_DAYS", 7, "Days that a plan stays after a payment for it has failed."
)

if STRIPE_SECRET_KEY:
    CELERY_BEAT_SCHEDULE |= {
        "stripe-events": {
            "task": "billing.tasks.take_up_events",
            "schedule": 60.0,
            "options": {"expires": 60.0},
        },
        "grace": {
            "task": "billing.tasks.end_grace",
            "schedule": 3600.0,
            "options": {"expires": 3600.0},
        },
        "reconcile": {
            "task": "billing.tasks.reconcile",
            "schedule": crontab(hour=3, minute=20),
            "options": {"expires": 6 * 3600.0},
        },
    }
