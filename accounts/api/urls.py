"""What pages keep under /account/, for programs."""

from django.urls import path

from accounts.api import webhook
from accounts.views.notices import Notices
from accounts.views.preferences import Preferences

urlpatterns = [
    path("notices", Notices.as_view(), name="api_notices"),
    path("preferences", Preferences.as_view(), name="api_preferences"),
    path("webhook", webhook.OneWebhook.as_view(), name="api_webhook"),
    path("webhook/secret", webhook.Secret.as_view(), name="api_webhook_secret"),
    path("webhook/test", webhook.Test.as_view(), name="api_webhook_test"),
    path("webhook/deliveries", webhook.Deliveries.as_view(), name="api_webhook_deliveries"),
]
