from django.apps import AppConfig
from django.conf import settings


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from accounts.belongings import register
        from chat import sweeping  # noqa: F401  listens to the sweeper
        from chat.own import Chats
        from chat.telegram import checks, tasks, watching  # noqa: F401  register themselves
        from chat.telegram.own import InTelegram
        from chat.telegram.telling import register_channel

        register(Chats())
        register(InTelegram())
        if settings.TELEGRAM_TOKEN:
            register_channel()
