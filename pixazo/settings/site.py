"""The site: its address, who runs it, what it is put together from."""

from urllib.parse import urlsplit

from pixazo.env import WrongSetting, is_address
from pixazo.secret_key import kept_secret_key, secrets_in
from pixazo.settings.places import BASE_DIR, DATA, env

DEBUG = env.bool("PIXAZO_DEBUG", False, "Show error pages with source code; never in production.")
HOST = env.str("PIXAZO_HOST", "127.0.0.1", "Address the web server binds to.")
PORT = env.int("PORT", 8000, "Port the web server binds to.")
if PORT > 65535:
    raise WrongSetting("PORT must be 65535 at most.")
DRAIN_SECONDS = env.float(
    "PIXAZO_DRAIN_SECONDS",
    0.0,
    "For how long a web process that is told to end says so at /readyz and still takes requests."
    " With a load balancer: a little more than its time between two looks.",
)
SITE_URL = env.str(
    "PIXAZO_URL",
    f"http://localhost:{PORT}",
    "Public address of the site, for links in e-mails and for CSRF checks.",
).rstrip("/")
if not (is_address(SITE_URL.lower(), "http", "https") and urlsplit(SITE_URL).hostname):
    raise WrongSetting(
        f"PIXAZO_URL must be an address such as https://pixazo.example, and is {SITE_URL}"
    )
SECRET_KEY = env.secret(
    "PIXAZO_SECRET_KEY",
    "",
    "Signs sessions and encrypts stored keys. Empty: one is made and kept in PIXAZO_DATA.",
) or kept_secret_key(DATA / "secret_key")
SECRET_KEY_FALLBACKS = secrets_in(
    env.secret(
        "PIXAZO_OLD_SECRET_KEYS",
        "",
        "Secret keys of before, comma between: what they signed and encrypted is still read.",
    )
)
ENCRYPTION_KEYS = secrets_in(
    env.secret(
        "PIXAZO_ENCRYPTION_KEYS",
        "",
        "Encrypt stored keys in place of PIXAZO_SECRET_KEY: the newest first, comma between. After"
        " a change: manage.py rotate_keys.",
    )
)
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
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "drf_spectacular_sidecar",  # its files: the page that shows the API
    "rest_framework",
    "simple_history",
    "pixazo",
    "accounts",
    "billing",
    "workspaces",
    "generation",
    "chat",
]

MIDDLEWARE = [
    "pixazo.browser_headers.BrowserHeadersMiddleware",
    "pixazo.logs.middleware.RequestIdMiddleware",  # around all the others
    "pixazo.watching.middleware.WatchMiddleware",  # before what may refuse or redirect
    "pixazo.plain_http.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "pixazo.methods_middleware.MethodsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.solo.SoloMiddleware",
    "accounts.language.LanguageMiddleware",  # asks the database first, and says where it is away
    "accounts.sessions.SessionsMiddleware",
    "accounts.page_views.PageViewMiddleware",
    "accounts.view_as.ViewAsMiddleware",  # staff read in their own language
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pixazo.errors_middleware.UserErrorMiddleware",
    "pixazo.nul_middleware.NulMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",  # who changes a row
]
SIMPLE_HISTORY_DATE_INDEX = False  # workspaces/models/history.py has one that fits

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
                "billing.context_processors.selling",
                "generation.context_processors.queue_counts",
                "generation.context_processors.public_gallery",
                "chat.telegram.context.telegram",
            ],
        },
    },
]
# Forms are drawn by templates of ours (templates/django/forms/), in the design's markup.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
