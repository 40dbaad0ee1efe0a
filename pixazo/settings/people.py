"""Who signs in, and how."""

from urllib.parse import urlsplit

from pixazo.settings.places import env
from pixazo.settings.site import SITE_URL, TRUSTED_PROXIES

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.SteadyBackend"]
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
] + [
    {"NAME": "accounts.passwords.SiteNameValidator"},
    {"NAME": "accounts.stolen_passwords.StolenPasswordValidator"},
]
STOLEN_PASSWORDS = env.str(
    "PIXAZO_STOLEN_PASSWORDS",
    "",
    "Who knows passwords of break-ins elsewhere, such as https://api.pwnedpasswords.com/range/;"
    " asked by five digits of a digest. Empty: nobody is asked, the most used ones are refused.",
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
INVITE_ONLY = env.bool(
    "PIXAZO_INVITE_ONLY", False, "A closed beta: only who has a code of staff's signs up."
)
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.sign_up.InvitedForm"
ACCOUNT_FORMS = {
    "signup": "accounts.address_forms.NewSignUp",
    "add_email": "accounts.address_forms.NewAddress",
    "reset_password": "accounts.address_forms.NewReset",
}
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
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
# Whoever found an open browser must not change how the account is reached: within these minutes of
# a sign-in, or of a password or factor given again, it may be changed (ASVS 7.5.1).
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {
    # Of one account, whatever succeeds meanwhile. A hundred a day are far from any password that
    # may be chosen, and a mailed reset or a passkey lets its owner in while a stranger guesses.
    "login_failed": "10/m/ip,5/5m/key,100/d/key",
    # Whoever guesses codes knows the password already.
    "second_factor": "10/m/ip,5/5m/key,20/d/key",
    # What strangers may have sent to an address.
    "letters": "10/h/key",
}

STAFF_SECOND_FACTOR = env.bool(
    "PIXAZO_STAFF_SECOND_FACTOR",
    urlsplit(SITE_URL).hostname not in {"localhost", "127.0.0.1", "::1"},
    "Staff's pages open only to who has a second factor. By itself where PIXAZO_URL is public.",
)
MFA_ADAPTER = "accounts.factors.FactorsAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.CodeForm",
    "reauthenticate": "accounts.factor_forms.CodeAgainForm",
    "activate_totp": "accounts.factor_forms.AppForm",
    "authenticate_webauthn": "accounts.factor_forms.PasskeyStep",
    "login_webauthn": "accounts.factor_forms.PasskeySignIn",
    "reauthenticate_webauthn": "accounts.factor_forms.PasskeyAgain",
    "add_webauthn": "accounts.factor_forms.NewPasskey",
}
MFA_PASSKEY_LOGIN_ENABLED = True
# Else who has a factor could not change their address. Nobody is in who has confirmed none, and one
# that is not confirmed opens nothing (accounts/address_forms.py).
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # half a minute early or late, as clocks go
PAGE_VIEW_DAYS = env.int(
    "PIXAZO_PAGE_VIEW_DAYS",
    30,
    "For how long it is kept which pages people open, for staff's reports. 0: nobody is counted.",
)
