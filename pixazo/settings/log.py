"""What is written down, and where."""

from pixazo.settings.places import DATA, env

LOG_FILE = env.str("PIXAZO_LOG_FILE", "", "Log file; '-' for none. Empty: in PIXAZO_DATA.") or str(
    DATA / "pixazo.log"
)
LOG_LEVEL = env.str("PIXAZO_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.").upper()
_handlers = ["console"] if LOG_FILE == "-" else ["console", "file"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        **(
            {}
            if LOG_FILE == "-"
            else {
                "file": {
                    "class": "logging.handlers.WatchedFileHandler",
                    "filename": LOG_FILE,
                    "formatter": "line",
                    "delay": True,
                }
            }
        ),
    },
    "root": {"handlers": _handlers, "level": "WARNING"},
    "loggers": {
        name: {"level": LOG_LEVEL}
        for name in ("pixazo", "accounts", "billing", "workspaces", "generation", "chat")
    },
}
