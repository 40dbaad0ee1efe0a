from django.urls import include, path

from accounts.views import keys, language
from accounts.views.notices import Notices
from accounts.views.own_preferences import own_preferences
from accounts.views.preferences import Preferences
from accounts.views.profile import profile

urlpatterns = [
    path("", profile, name="profile"),
    path("", include("billing.urls")),  # a room above, so by its name only
    path("language/", language.choose, name="language"),
    path("keys/", keys.api_keys, name="api_keys"),
    path("keys/<uuid:pk>/revoke/", keys.revoke, name="key_revoke"),
    path("settings/", own_preferences, name="own_preferences"),
    path("notices/", Notices.as_view(), name="notices"),
    path("preferences/", Preferences.as_view(), name="preferences"),
]
