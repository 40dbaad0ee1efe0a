"""Payments by Stripe: what is left empty switches them off, and plans are given by staff then."""

import hashlib

from celery.schedules import crontab

from pixazo.env import WrongSetting
from pixazo.settings.engine import CELERY_BEAT_SCHEDULE
from pixazo.settings.places import env
from pixazo.settings.site import SECRET_KEY

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
STRIPE_STAND_IN = env.int(
    "PIXAZO_STRIPE_STAND_IN",
    0,
    "Port of a stand-in for Stripe that `make run` starts, to try payments out: no money moves.",
)
if STRIPE_STAND_IN and STRIPE_SECRET_KEY:
    raise WrongSetting("PIXAZO_STRIPE_STAND_IN and STRIPE_SECRET_KEY exclude each other.")
if STRIPE_STAND_IN:
    STRIPE_SECRET_KEY = "sk_test_stand_in"  # noqa: S105  it opens nothing
    STRIPE_API_BASE = f"http://127.0.0.1:{STRIPE_STAND_IN}"
    STRIPE_WEBHOOK_SECRETS = [
        f"whsec_{hashlib.sha256(f'stand-in:{SECRET_KEY}'.encode()).hexdigest()[:32]}"
    ]
# Where our forms lead to: the policy for content names them.
STRIPE_PAGES = [STRIPE_API_BASE or "https://checkout.stripe.com"]
if not STRIPE_API_BASE:
    STRIPE_PAGES.append("https://billing.stripe.com")
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
