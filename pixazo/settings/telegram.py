"""The Telegram bot."""

from pixazo.settings.engine import CELERY_BEAT_SCHEDULE
from pixazo.settings.places import env

TELEGRAM_TOKEN = env.secret(
    "PIXAZO_TELEGRAM_TOKEN", "", "The bot's token, from @BotFather. Empty: there is no bot."
)
TELEGRAM_API = env.str(
    "PIXAZO_TELEGRAM_API",
    "https://api.telegram.org",
    "Where the Bot API is; another one where Telegram's own server runs in this house.",
).rstrip("/")
TELEGRAM_WEBHOOK = env.bool(
    "PIXAZO_TELEGRAM_WEBHOOK",
    False,
    "Telegram calls this site (which needs a public https address) instead of being asked by"
    " `manage.py telegram`.",
)

if TELEGRAM_TOKEN:
    CELERY_BEAT_SCHEDULE |= {
        # What no bell rang for, and progress that was lost with a worker.
        "telegram": {
            "task": "chat.telegram.tasks.look_after",
            "schedule": 15.0,
            "options": {"expires": 15.0},
        },
    }
