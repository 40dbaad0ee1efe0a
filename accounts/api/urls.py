"""What pages keep under /account/, for programs."""

from django.urls import path

from accounts.views.notices import Notices
from accounts.views.preferences import Preferences

urlpatterns = [
    path("notices", Notices.as_view(), name="api_notices"),
    path("preferences", Preferences.as_view(), name="api_preferences"),
]
