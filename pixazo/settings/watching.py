"""How the site is watched from outside (docs/monitoring.md)."""

import os

from pixazo.settings.places import DATA, env

WATCH_TOKEN = env.secret(
    "PIXAZO_WATCH_TOKEN",
    "",
    "Who sends it as 'Authorization: Bearer ...' sees the details of /readyz, and /metrics. Empty:"
    " only who asks on this machine.",
)
METRICS = env.path(
    "PIXAZO_METRICS",
    DATA / "metrics",
    "Folder in which the processes of a machine count what happens (docs/monitoring.md).",
    shown="PIXAZO_DATA/metrics",
)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS)  # prometheus_client looks nowhere else
SENTRY_DSN = env.secret(
    "PIXAZO_SENTRY_DSN",
    "",
    "Address (DSN) of a Sentry that hears of errors. Empty: none. Needs requirements/sentry.txt.",
)
SENTRY_ENVIRONMENT = env.str(
    "PIXAZO_SENTRY_ENVIRONMENT", "", "What Sentry calls this site, such as staging."
)
