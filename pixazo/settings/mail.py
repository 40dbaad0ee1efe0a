"""How e-mails are sent."""

from pixazo.settings.places import env

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
