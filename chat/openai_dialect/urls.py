from django.urls import path

from chat.openai_dialect.completions import Completions

urlpatterns = [
    path("chat/completions", Completions.as_view(), name="openai_completions"),
]
