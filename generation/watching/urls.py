from django.urls import path

from generation.watching.views import ready
from pixazo.watching.csp_reports import csp_reports
from pixazo.watching.views import alive, metrics

urlpatterns = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("csp-reports/", csp_reports, name="csp_reports"),
]
