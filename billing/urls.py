from django.urls import path

from billing.views import units

urlpatterns = [
    path("units/", units.units, name="units"),
]
