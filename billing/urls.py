from django.urls import path

from billing.views import ledger, units

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/ledger/", ledger.ledger, name="ledger"),
    path("units/ledger.csv", ledger.as_csv, name="ledger_csv"),
]
