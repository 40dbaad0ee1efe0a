"""What pages keep under /account/, for programs."""

from django.urls import path

from accounts.api import exports, webhook
from accounts.api import help as desk
from accounts.views.notices import Notices
from accounts.views.preferences import Preferences

urlpatterns = [
    path("notices", Notices.as_view(), name="api_notices"),
    path("preferences", Preferences.as_view(), name="api_preferences"),
    path("exports", exports.Exports.as_view(), name="api_exports"),
    path("exports/<uuid:pk>", exports.OneExport.as_view(), name="api_export"),
    path("exports/<uuid:pk>/file", exports.ExportFile.as_view(), name="api_export_file"),
    path("help", desk.Requests.as_view(), name="api_help"),
    path("help/<int:pk>", desk.OneRequest.as_view(), name="api_ticket"),
    path("help/<int:pk>/messages", desk.Messages.as_view(), name="api_ticket_messages"),
    path("help/<int:pk>/close", desk.Close.as_view(), name="api_ticket_close"),
    path("help/<int:pk>/reopen", desk.Reopen.as_view(), name="api_ticket_reopen"),
    path("help/files/<uuid:pk>", desk.OneFile.as_view(), name="api_ticket_file"),
    path("webhook", webhook.OneWebhook.as_view(), name="api_webhook"),
    path("webhook/secret", webhook.Secret.as_view(), name="api_webhook_secret"),
    path("webhook/test", webhook.Test.as_view(), name="api_webhook_test"),
    path("webhook/deliveries", webhook.Deliveries.as_view(), name="api_webhook_deliveries"),
]
