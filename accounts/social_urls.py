"""To another site and back. Where django-allauth's own ways would begin there is one of ours."""

from allauth.socialaccount.providers.github.views import oauth2_callback as github
from allauth.socialaccount.providers.google.views import oauth2_callback as google
from allauth.socialaccount.providers.openid_connect.views import callback as openid
from django.urls import path

from accounts.views.social import leave

urlpatterns = [
    path("google/back/", google, name="google_callback"),
    path("github/back/", github, name="github_callback"),
    path("<provider_id>/back/", openid, name="openid_connect_callback"),
    path("<service>/", leave, name="social_leave"),
]
