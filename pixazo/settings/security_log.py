"""The lines about refused sign-ins once more, in a file of their own and in a form that stays."""

from pixazo.settings.log import LOGGING
from pixazo.settings.places import env

SECURITY_LOG = env.str(
    "PIXAZO_SECURITY_LOG",
    "",
    "File for lines about refused sign-ins alone, which fail2ban reads. Empty: none.",
)
if SECURITY_LOG:
    LOGGING["formatters"]["security"] = {  # type: ignore[index]
        "format": "{asctime} {message}",
        "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        "style": "{",
    }
    LOGGING["handlers"]["security"] = {  # type: ignore[index]
        # Who moves the file away (logrotate) finds a new one begun.
        "class": "logging.handlers.WatchedFileHandler",
        "filename": SECURITY_LOG,
        "formatter": "security",
        "delay": True,
    }
    LOGGING["loggers"]["pixazo.security"] = {"handlers": ["security"]}  # type: ignore[index]
