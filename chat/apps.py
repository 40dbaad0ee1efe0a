from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from accounts.belongings import register
        from chat import sweeping  # noqa: F401  listens to the sweeper
        from chat.own import Chats

        register(Chats())
