from django.urls import path

from billing.views import profile

urlpatterns = [
    path("", profile.profile, name="profile"),
]
