"""What is written down, and where."""

import logging
from typing import Any
from urllib.parse import urlsplit

from pixazo.env import WrongSetting
from pixazo.settings.places import DATA, env
from pixazo.settings.site import SITE_URL

_named = env.str("PIXAZO_LOG_FILE", "", "Log file; '-' for none. Empty: in PIXAZO_DATA.")
LOG_FILE = _named or str(DATA / "pixazo.log")
LOG_LEVEL = env.str("PIXAZO_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.").upper()
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise WrongSetting("PIXAZO_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
LOG_FORMAT = env.str(
    "PIXAZO_LOG_FORMAT",
    "",
    "line (for people) or json (one object a line). Empty: json where PIXAZO_URL is https, else"
    " line.",
).lower() or ("json" if urlsplit(SITE_URL).scheme == "https" else "line")
if LOG_FORMAT not in {"line", "json"}:
    raise WrongSetting("PIXAZO_LOG_FORMAT must be line or json, or empty.")
LOG_PROMPTS = env.bool("PIXAZO_LOG_PROMPTS", False, "Write down what people asked to be drawn.")

_file = [] if LOG_FILE == "-" else ["file"]
# At a desk each page and each step of a picture would push what matters off the screen.
_often: dict[str, Any] = {
    "handlers": ["console", *_file] if LOG_FORMAT == "json" else _file,
    "propagate": False,
}
_shape = "json" if LOG_FORMAT == "json" else "line"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "pixazo.logs.lines.Line",
            "format": "{asctime} {levelname:<7} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "pixazo.logs.lines.JsonLine"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": _shape},
        **(
            {
                "file": {
                    # Who is to read one elsewhere is up to whoever named it.
                    "class": "logging.handlers.WatchedFileHandler"
                    if _named
                    else "pixazo.logs.files.PrivateFileHandler",
                    "filename": LOG_FILE,
                    "formatter": _shape,
                    "delay": True,
                }
            }
            if _file
            else {}
        ),
    },
    "root": {"handlers": ["console", *_file], "level": "WARNING"},
    "loggers": {
        **{
            name: {"level": LOG_LEVEL}
            for name in ("pixazo", "accounts", "billing", "workspaces", "generation", "chat")
        },
        # Nobody should lose these lines by asking for fewer.
        "pixazo.audit": {**_often, "level": "INFO", "handlers": _often["handlers"] or ["console"]},
        "pixazo.requests": {"level": LOG_LEVEL, **_often},
        "generation.jobs": {"level": LOG_LEVEL, **_often},
        # The server's own, which it has set up before it loads us.
        **{
            name: {"handlers": [], "propagate": True, "level": "WARNING"}
            for name in ("uvicorn", "uvicorn.error", "uvicorn.access")
        },
    },
}
