from django.urls import path

from pixazo.openai_form import listing

urlpatterns = [
    path("models", listing.Models.as_view(), name="openai_models"),
    path("models/<path:name>", listing.OneModel.as_view(), name="openai_model"),
]
