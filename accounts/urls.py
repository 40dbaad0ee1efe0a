from django.urls import include, path

from accounts.views import keys

urlpatterns = [
    path("", include("billing.urls")),  # a room above, so by its name only
    path("keys/", keys.new, name="key_new"),
    path("keys/<uuid:pk>/revoke/", keys.revoke, name="key_revoke"),
]
