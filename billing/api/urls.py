from django.urls import path

from billing.api.ledger import Ledger

urlpatterns = [path("ledger", Ledger.as_view(), name="api_ledger")]
