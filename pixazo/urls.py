"""All addresses. Rooms are named as strings: the ground imports none of them."""

from django.contrib import admin
from django.urls import include, path

# The rooms' doors for programs. Each is written once and answers at two addresses: under /api/v1/,
# and under /api/ as before there were versions, with those whose names were others by then.
DOORS = [
    "generation.api.urls",
    "billing.api.urls",
    "accounts.api.urls",
    "chat.api.urls",
    "pixazo.openapi.urls",
]

urlpatterns = [
    *(path("api/v1/", include(room)) for room in DOORS),
    path("api/", include("generation.api.older")),
    *(path("api/", include(room)) for room in DOORS),
    path("", include("generation.api.aliases.urls")),
    path("", include("chat.api.aliases")),
    path("v1/", include("pixazo.openai_form.urls")),
    path("v1/", include("generation.openai_dialect.urls")),
    path("v1/", include("chat.openai_dialect.urls")),
    path("admin/", admin.site.urls),
    path("events/", include("pixazo.event_urls")),
    path("", include("pixazo.public.urls")),
    path("", include("generation.watching.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("", include("billing.shop_urls")),
    path("help/", include("accounts.desk.urls")),
    path("account/with/", include("accounts.social_urls")),
    path("account/3rdparty/", include("allauth.socialaccount.urls")),
    path("", include("chat.mcp.urls")),
    path("", include("chat.telegram.urls")),
    path("", include("workspaces.urls")),
    path("", include("generation.urls")),
    path("", include("chat.window_urls")),
]

handler400 = "pixazo.error_pages.bad_request"
handler403 = "pixazo.error_pages.refused"
handler404 = "pixazo.error_pages.not_found"
handler429 = "pixazo.error_pages.too_often"  # django-allauth's
handler500 = "pixazo.error_pages.server_error"
