from allauth.account.views import password_set
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.sure import asked_again
from accounts.views import keys, language, notifications, own_data, passkeys, security
from accounts.views.departure import delete_account
from accounts.views.notices import Notices
from accounts.views.own_preferences import own_preferences
from accounts.views.preferences import Preferences
from accounts.views.profile import profile
from accounts.views.staff_acts import staff_acts, view_as_end

TO_SECURITY = RedirectView.as_view(pattern_name="security")

urlpatterns = [
    path("", profile, name="profile"),
    path("", include("billing.urls")),  # a room above, so by its name only
    path("delete/", delete_account, name="account_delete"),
    path("data/", own_data.own_data, name="own_data"),
    path("data/<uuid:pk>/", own_data.export, name="own_export"),
    path("data/<uuid:pk>/download/", own_data.download, name="own_export_download"),
    path("data/<uuid:pk>/delete/", own_data.delete, name="own_export_delete"),
    path("language/", language.choose, name="language"),
    path("keys/", keys.api_keys, name="api_keys"),
    path("keys/<uuid:pk>/revoke/", keys.revoke, name="key_revoke"),
    path("security/", security.security, name="security"),
    path("sessions/end/", security.end_others, name="sessions_end"),
    path("sessions/<int:pk>/end/", security.end_one, name="session_end"),
    # In place of django-allauth's, which answer strangers before they look whose it is, or have a
    # page of their own for what stands on one of ours.
    path("2fa/", login_required(TO_SECURITY), name="mfa_index"),
    path("password/set/", login_required(asked_again(password_set)), name="account_set_password"),
    path("2fa/webauthn/", login_required(TO_SECURITY), name="mfa_list_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", passkeys.rename, name="mfa_edit_webauthn"),
    path("staff/", staff_acts, name="staff_acts"),
    path("staff/stop/", view_as_end, name="view_as_end"),
    path("settings/", own_preferences, name="own_preferences"),
    path("notifications/", notifications.index, name="notifications"),
    path("notifications/webhook/", notifications.webhook_keep, name="webhook_keep"),
    path("notifications/webhook/test/", notifications.webhook_test, name="webhook_test"),
    path("notifications/webhook/secret/", notifications.webhook_secret, name="webhook_secret"),
    path("notifications/webhook/delete/", notifications.webhook_delete, name="webhook_delete"),
    path("unsubscribe/<str:token>/", notifications.unsubscribe, name="unsubscribe"),
    path("notices/", Notices.as_view(), name="notices"),
    path("preferences/", Preferences.as_view(), name="preferences"),
]
