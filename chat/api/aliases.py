"""The assistant's doors by the names of the sources; see docs/aliases.md."""

from django.urls import path

from chat.api.enrich import Enrich

urlpatterns = [path("cyberimage/api/enrich", Enrich.as_view(), name="cyber_enrich")]
