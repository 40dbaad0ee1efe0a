"""Other sites' accounts that people may sign in with: each where its client's id is given."""

from typing import Any

from pixazo.settings.places import env

GOOGLE_ID = env.str("PIXAZO_GOOGLE_ID", "", "Client id, to let people sign in with Google.")
GOOGLE_SECRET = env.secret("PIXAZO_GOOGLE_SECRET", "", "The client's secret.")
GITHUB_ID = env.str("PIXAZO_GITHUB_ID", "", "Client id, to let people sign in with GitHub.")
GITHUB_SECRET = env.secret("PIXAZO_GITHUB_SECRET", "", "The client's secret.")
OIDC_URL = env.str(
    "PIXAZO_OIDC_URL",
    "",
    "Address of any other server that speaks OpenID Connect, below which its"
    " /.well-known/openid-configuration is.",
)
OIDC_NAME = env.str("PIXAZO_OIDC_NAME", "OpenID", "What people know that server by.")
OIDC_ID = env.str("PIXAZO_OIDC_ID", "", "Client id at that server.")
OIDC_SECRET = env.secret("PIXAZO_OIDC_SECRET", "", "The client's secret.")

SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
for _provider, _id, _secret in (
    ("google", GOOGLE_ID, GOOGLE_SECRET),
    ("github", GITHUB_ID, GITHUB_SECRET),
):
    if _id:
        SOCIALACCOUNT_PROVIDERS[_provider] = {
            "APPS": [{"client_id": _id, "secret": _secret}],
            "OAUTH_PKCE_ENABLED": True,
        }
if OIDC_URL and OIDC_ID:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": OIDC_ID,
                "secret": OIDC_SECRET,
                "settings": {"server_url": OIDC_URL.rstrip("/")},
            }
        ],
        "OAUTH_PKCE_ENABLED": True,
    }
SOCIALACCOUNT_ADAPTER = "accounts.social.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.social_forms.NewcomerForm"}
# Everybody chooses their name here and sees the terms. An address that has an account is no way
# into it, whatever another site says of it: its owner signs in and connects the two.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
