"""The bot's page, and where Telegram calls."""

from django.urls import path

from chat.telegram import views

urlpatterns = [
    path("account/telegram/", views.page, name="telegram"),
    path("account/telegram/code/", views.code, name="telegram_code"),
    path("account/telegram/choose/", views.choose, name="telegram_choose"),
    path("account/telegram/unlink/", views.unlink, name="telegram_unlink"),
    path("telegram/webhook/", views.webhook, name="telegram_webhook"),
]
