"""How the site is watched from outside (docs/monitoring.md)."""

from pixazo.settings.places import env

WATCH_TOKEN = env.secret(
    "PIXAZO_WATCH_TOKEN",
    "",
    "Who sends it as 'Authorization: Bearer ...' sees the details of /readyz, and /metrics. Empty:"
    " only who asks on this machine.",
)
