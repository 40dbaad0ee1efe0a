"""All settings, read from the environment, with defaults that run at once on a laptop.

At a desk (no variables set): SQLite, Celery over the filesystem, a local folder for pictures.
In production: DATABASE_URL, REDIS_URL, PIXAZO_SECRET_KEY and PIXAZO_URL, same code.
Each setting is declared through `Env`, and `.env.example` is held to these declarations by a test.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from pixazo.dotenv import dotenv
from pixazo.env import Env
from pixazo.secret_key import kept_secret_key
from pixazo.texts.compiled import compiled

BASE_DIR = Path(__file__).resolve().parent.parent
_said = {name: text for name, text in os.environ.items() if text}  # make exports empty ones, too
env = Env(dotenv(Path(os.environ.get("PIXAZO_ENV_FILE", BASE_DIR / ".env"))) | _said)

DATA = env.path(
    "PIXAZO_DATA",
    BASE_DIR / "data",
    "Folder for the database, pictures, models and logs.",
    shown="./data",
)
DATA.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- The site ---------------------------------------------------------------------------------

DEBUG = env.bool("PIXAZO_DEBUG", False, "Show error pages with source code; never in production.")
HOST = env.str("PIXAZO_HOST", "127.0.0.1", "Address the web server binds to.")
PORT = env.int("PORT", 8000, "Port the web server binds to.")
SITE_URL = env.str(
    "PIXAZO_URL",
    f"http://localhost:{PORT}",
    "Public address of the site, for links in e-mails and for CSRF checks.",
).rstrip("/")
SECRET_KEY = env.secret(
    "PIXAZO_SECRET_KEY",
    "",
    "Signs sessions and encrypts stored keys. Empty: one is made and kept in PIXAZO_DATA.",
) or kept_secret_key(DATA / "secret_key")
ALLOWED_HOSTS = env.list(
    "PIXAZO_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"],
    "Host names the site answers to, besides that of PIXAZO_URL.",
)
if (_site_host := urlsplit(SITE_URL).hostname) and _site_host not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_site_host)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = env.int(
    "PIXAZO_PROXIES", 0, "How many reverse proxies stand in front, each adding X-Forwarded-For."
)

OPERATOR = env.str(
    "PIXAZO_OPERATOR", "", "Who runs the site, a person or a company, for the legal pages."
)
OPERATOR_ADDRESS = env.list(
    "PIXAZO_OPERATOR_ADDRESS", [], "Their postal address, for the imprint: its lines."
)
OPERATOR_EMAIL = env.str(
    "PIXAZO_OPERATOR_EMAIL", "", "Where people write to whoever runs the site; shown to everybody."
)
OPERATOR_NOTES = env.list(
    "PIXAZO_OPERATOR_NOTES", [], "More lines for the imprint, such as a register and its number."
)
OWN_TEMPLATES = env.str(
    "PIXAZO_TEMPLATES",
    "",
    "Folder with templates of your own, such as legal/privacy.html: they take the place of ours.",
)

SOLO = env.bool(
    "PIXAZO_SOLO", False, "Single-user mode: the local owner is signed in, limits are off."
)
SOLO_PUBLIC = env.bool(
    "PIXAZO_SOLO_PUBLIC",
    False,
    "Confirms single-user mode on an address that others can reach. Everybody is then the owner.",
)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets' templates, for those that ours don't replace
    "allauth",
    "allauth.account",
    "csp",
    "rest_framework",
    "pixazo",
    "accounts",
    "billing",
    "workspaces",
    "generation",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.solo.SoloMiddleware",
    "accounts.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pixazo.errors_middleware.UserErrorMiddleware",
    "pixazo.nul_middleware.NulMiddleware",
]

ROOT_URLCONF = "pixazo.urls"
ASGI_APPLICATION = "pixazo.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*filter(None, [OWN_TEMPLATES]), BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.preferences",
                "billing.context_processors.units",
                "generation.context_processors.queue_counts",
            ],
        },
    },
]
# Forms are drawn by templates of ours (templates/django/forms/), in the design's markup.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
CATALOGUES = BASE_DIR / "locale"
LOCALE_PATHS = [compiled(CATALOGUES, DATA / "locale")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- Database, broker, cache ------------------------------------------------------------------

DATABASE_URL = env.secret(
    "DATABASE_URL", "", "postgres://user:password@host:port/name. Empty: SQLite in PIXAZO_DATA."
)
DATABASE_POOL = env.bool("DATABASE_POOL", True, "Keep a pool of PostgreSQL connections.")
DATABASE_SECONDS = env.float(
    "DATABASE_SECONDS",
    10.0,
    "PostgreSQL that does not answer a page or worker for so long: an error.",
)
DATABASES: dict[str, dict[str, Any]]
if DATABASE_URL:
    DATABASES = {"default": dict(dj_database_url.parse(DATABASE_URL))}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "pixazo.sqlite3",
            # A file, not memory: races and locks are those of the real thing.
            "TEST": {"NAME": DATA / "test.sqlite3"},
        }
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Immediate: a transaction that will write waits at its start instead of failing in its middle.
    _options: dict[str, Any] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A server that can't be reached or whose host is gone is given up after some seconds.
    _options = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    if DATABASE_POOL:
        # Without the last, a pool waits longer after each try, and minutes for a server that was
        # away for one: whoever asks next tries anew.
        _options["pool"] = {"min_size": 1, "max_size": 20, "timeout": 5, "reconnect_timeout": 2}
        # Asks of a pooled connection whether it still lives: one that was cut costs no request.
        DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# What the address itself says, such as ?sslmode=verify-full, stays.
DATABASES["default"].setdefault("OPTIONS", {}).update(_options)

REDIS_URL = env.secret(
    "REDIS_URL", "", "redis://host:port/0 as broker and wake-up. Empty: files and database."
)

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "chores"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # A submission must not wait for a broker that is down: the row is safe, workers also look
    # by themselves.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 0.5, "socket_timeout": 2}
else:
    _broker = DATA / "broker"
    for _folder in ("messages", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "folder://localhost"  # pixazo/folder_broker.py; without a host kombu warns
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "messages"),
        "data_folder_out": str(_broker / "messages"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.1,
    }
# It counts attempts to sign in, and calls to services. Kept in the database, so that nobody is
# locked out, or let in uncounted, when Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "pixazo_cache",
        # With the 300 of the default, many people would push each other's counters out.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# --- The engine -------------------------------------------------------------------------------

LEASE_SECONDS = env.float(
    "PIXAZO_LEASE_SECONDS", 30.0, "A worker that is silent for so long has lost its job."
)
LOOK_SECONDS = env.float(
    "PIXAZO_LOOK_SECONDS", 2.0, "How often an idle worker looks for work without being rung."
)
SWEEP_SECONDS = env.float(
    "PIXAZO_SWEEP_SECONDS", 5.0, "How often lost jobs are looked for and waiting ones rung for."
)
RUNNING_JOBS = env.int(
    "PIXAZO_RUNNING_JOBS",
    0,
    "How many pictures the whole site draws at the same time. 0: as many as its workers take.",
)
LOADED_FIRST_SECONDS = env.float(
    "PIXAZO_LOADED_FIRST_SECONDS",
    10.0,
    "For how long pictures of a loaded model may go before one that needs another model.",
)
PAUSE_HOURS = env.float(
    "PIXAZO_PAUSE_HOURS", 6.0, "What waits in a paused queue for so long expires."
)
PERSON_UPLOADS = env.int(
    "PIXAZO_PERSON_UPLOADS",
    2000,
    "How many uploaded pictures one person may keep, in all workspaces together.",
)
PERSON_UPLOADS_GB = env.float("PIXAZO_PERSON_UPLOADS_GB", 8.0, "How many GB these may take.")
MAX_ATTEMPTS = env.int("PIXAZO_MAX_ATTEMPTS", 3, "Attempts at one job before it has failed.")
STALL_SECONDS = env.float(
    "PIXAZO_STALL_SECONDS", 120.0, "A job without a new step for so long is given up."
)
DEVICE = env.str("PIXAZO_DEVICE", "auto", "auto, cpu, cuda, cuda:1 ... or mps: where models run.")
OPTIONS = env.json(
    "PIXAZO_OPTIONS",
    "Options of all models on this worker, where they have none of their own: for little memory"
    ' {"offload": "model", "attention_slicing": true}. docs/gpu-worker.md lists them.',
)
KEEP_MODELS = env.int(
    "PIXAZO_KEEP_MODELS", 0, "How many models a worker keeps in memory at most. 0: as many as fit."
)
KEEP_GB = env.float(
    "PIXAZO_KEEP_GB", 0.0, "Gigabytes of weights it keeps. 0: seven tenths of the memory."
)
PARK_GB = env.float(
    "PIXAZO_PARK_GB",
    0.0,
    "Gigabytes of weights that rest in main memory when they leave a GPU, to be back soon.",
)
KEEP_SECONDS = env.float(
    "PIXAZO_KEEP_SECONDS", 1800.0, "A model unused for so long leaves the memory. 0: never."
)
PRECISION = env.str("PIXAZO_PRECISION", "auto", "auto, fp32, fp16 or bf16: what models compute in.")
MODELS_FOLDER = env.path(
    "PIXAZO_MODELS",
    DATA / "models",
    "Cache of downloaded models.",
    shown="PIXAZO_DATA/models",
)
MODEL_LINES = env.numbered(
    "MODEL_",
    "Sana; Efficient-Large-Model/Sana_Sprint_1.6B_1024px_diffusers; Quick.; huggingface; no;"
    ' {"fixed_steps": 2}',
    "Each variable whose name begins with MODEL_ adds a model at the next start: name; repository"
    " or path; description; huggingface or local; whether it wants a token; options as JSON."
    " docs/models.md says more.",
)
LOAD_SECONDS = env.float(
    "PIXAZO_LOAD_SECONDS", 3600.0, "A model that takes longer to load or download is given up."
)
GRACE_SECONDS = env.float(
    "PIXAZO_GRACE_SECONDS",
    5.0,
    "What a worker that is told to stop may take to finish; it hands back what takes longer.",
)
REMOTE_CALLS = env.int(
    "PIXAZO_REMOTE_CALLS", 8, "How many pictures are ordered from services at the same time."
)
HEALTH_DETAILS = env.bool(
    "PIXAZO_HEALTH_DETAILS",
    False,
    "/api/health tells everybody about workers and devices, not only signed-in staff.",
)
WORKER = env.str("PIXAZO_WORKER", "", "Name of this worker, such as gpu0. Empty: that of its lane.")
PROVIDERS = {
    "diffusers": "generation.providers.diffusers",
    "pixazo": "generation.providers.pixazo",
    "openai": "generation.providers.openai",
    **dict(
        entry.split("=", 1)
        for entry in env.list(
            "PIXAZO_PROVIDERS", [], "More kinds of models, as name=python.module of each."
        )
        if "=" in entry
    ),
}
SAFETY = env.str(
    "PIXAZO_SAFETY", "standard", "off, standard or strict: how much the safety policy holds back."
)
CONTENT_SAFETY = env.bool(
    "PIXAZO_CONTENT_SAFETY",
    False,
    "Ask Pixazo.ai about each finished picture before anybody sees it. Needs its service's key.",
)
TESTING = env.bool("PIXAZO_TESTING", False, "For crash tests: lets PIXAZO_FAULT act.")
FAULT = env.str(
    "PIXAZO_FAULT", "", "For crash tests: point:kill, point:raise or point:sleep, comma between."
)
STARTER_MODEL = BASE_DIR / "generation" / "starter_model"
CELERY_BEAT_SCHEDULE = {
    # What was not fetched before the next one is due is worth nothing: it must not heap up.
    "sweep": {
        "task": "generation.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "collect": {
        "task": "generation.tasks.collect",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "forget-events": {"task": "pixazo.tasks.forget_events", "schedule": 600.0},
}

# --- Outside ----------------------------------------------------------------------------------

TRUSTED_HOSTS = env.list(
    "PIXAZO_TRUSTED_HOSTS",
    [],
    "Services that need not be public or on port 80 or 443, each as host:port.",
)
# By the slugs of the catalogue's services; what staff enter comes first.
SERVICE_KEYS = {
    "pixazo": env.secret("PIXAZO_API_KEY", "", "Key for Pixazo.ai, where staff gave none."),
    "openai": env.secret("OPENAI_API_KEY", "", "Key for OpenAI, where staff gave none."),
}
PICTURE_HOSTS = env.list(
    "PIXAZO_PICTURE_HOSTS",
    [],
    "Such hosts that people may fetch pictures from by their address, each as host:port.",
)

# --- Files ------------------------------------------------------------------------------------

MEDIA_ROOT = env.path(
    "PIXAZO_MEDIA", DATA / "media", "Folder for pictures.", shown="PIXAZO_DATA/media"
)
MEDIA_ACCEL = env.str(
    "PIXAZO_MEDIA_ACCEL",
    "",
    "Internal location of MEDIA_ROOT in nginx: it then sends the files (X-Accel-Redirect).",
)
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pixazo.assets.VendorFinder",
]
COLLECTED = env.bool(
    "PIXAZO_COLLECTED", False, "Serve static files collected by collectstatic, with hashed names."
)
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {
        "BACKEND": "generation.storage.DurableStorage",
        "OPTIONS": {"location": MEDIA_ROOT},
    },
    "staticfiles": {
        "BACKEND": (
            "pixazo.hashed_static.HashedStaticFiles"
            if COLLECTED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_SESSION_REMEMBER = None  # asked at sign-in
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

EMAIL_HOST = env.str("EMAIL_HOST", "", "Mail server. Empty: e-mails are printed to the console.")
EMAIL_PORT = env.int("EMAIL_PORT", 587, "Port of the mail server.")
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "", "Name for the mail server.")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", "", "Password for the mail server.")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True, "Speak TLS with the mail server.")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.console.EmailBackend"
)
DEFAULT_FROM_EMAIL = env.str(
    "PIXAZO_FROM_EMAIL", "Pixazo <no-reply@localhost>", "Sender of e-mails."
)

# --- The API ----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "pixazo.api.answer_error",
    "UNAUTHENTICATED_USER": None,
}

# --- Safety -----------------------------------------------------------------------------------

HTTPS = env.bool(
    "PIXAZO_HTTPS",
    urlsplit(SITE_URL).scheme == "https",
    "The site is reached over HTTPS: secure cookies, redirects, HSTS.",
)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "pixazo.error_pages.stale"
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 30 * 24 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # data: is Bootstrap's own icons in its stylesheet
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "pixazo.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Log --------------------------------------------------------------------------------------

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
