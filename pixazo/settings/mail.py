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
HELP_ADDRESS = env.str(
    "PIXAZO_HELP_ADDRESS",
    "",
    "Where answers to the help desk's letters arrive, also with +anything before the @."
    " Empty: they are answered on the page only.",
)
HELP_MAILBOX = env.secret(
    "PIXAZO_HELP_MAILBOX",
    "",
    "Mailbox that is read for them: imaps://name:password@host/INBOX. Empty: none is"
    " (a mail server may call `manage.py receive_mail`).",
)
HELP_OPEN = env.bool(
    "PIXAZO_HELP_OPEN", True, "People without an account may ask for help, by their e-mail."
)
