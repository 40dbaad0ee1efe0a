"""What keeps strangers out: HTTPS, cookies, the policy for content, limits of uploads."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from pixazo.settings.money import STRIPE_PAGES, STRIPE_SECRET_KEY
from pixazo.settings.places import env
from pixazo.settings.site import SITE_URL, TRUSTED_PROXIES

HTTPS = env.bool(
    "PIXAZO_HTTPS",
    urlsplit(SITE_URL).scheme == "https",
    "The site is reached over HTTPS: secure cookies, redirects, HSTS.",
)
SECURE_SSL_REDIRECT = HTTPS
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "pixazo.error_pages.stale"
LANGUAGE_COOKIE_SECURE = HTTPS
# With this prefix a browser takes a cookie over HTTPS from this host alone, for all of its paths.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
MESSAGE_STORAGE = "pixazo.message_cookie.Storage"
HSTS = env.str(
    "PIXAZO_HSTS",
    "preload",
    "With HTTPS, what browsers keep to for a year: preload (the host, its subdomains, and browsers"
    " may know of it beforehand), subdomains, host (this one alone) or off.",
).lower()
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS and HSTS != "off" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and HSTS in {"preload", "subdomains"}
SECURE_HSTS_PRELOAD = HTTPS and HSTS == "preload"
# Whoever chose less is not told at each `check --deploy` that there is more.
SILENCED_SYSTEM_CHECKS = {
    "off": ["security.W004"],
    "host": ["security.W005", "security.W021"],
    "subdomains": ["security.W021"],
}.get(HSTS, [])
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # after the last use
SESSION_LONGEST_AGE = 90 * 24 * 3600  # after the sign-in (accounts/sessions.py)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # data: is Bootstrap's own icons in its stylesheet
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # A browser asks here for where a form's answer leads to as well.
        "form-action": [SELF, *(STRIPE_PAGES if STRIPE_SECRET_KEY else [])],
        "report-uri": "/csp-reports/",  # every browser reads it; `report-to` not yet
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "pixazo.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
