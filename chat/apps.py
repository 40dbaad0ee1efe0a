from django.apps import AppConfig
from django.conf import settings


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from accounts.belongings import register
        from chat import assisting, sweeping, topic_titles  # noqa: F401  they listen
        from chat.assistant.answering import PromptAssistant
        from chat.own import Chats, SaidOfChats
        from chat.telegram import checks, tasks, watching  # noqa: F401  register themselves
        from chat.telegram.own import InTelegram
        from chat.telegram.telling import register_channel

        register(Chats())
        register(SaidOfChats())
        register(InTelegram())
        if settings.TELEGRAM_TOKEN:
            register_channel()
        assisting.register(PromptAssistant)
        _join_rooms_below()
        from chat.openai_dialect.listed import listed
        from pixazo.openai_form.listing import register as list_too

        list_too(listed)


def _join_rooms_below() -> None:
    """What they keep places for: archives, the trash, pictures that are shown."""
    from chat import archive, trash
    from chat import invariants as own
    from chat.models import ChatComment, ChatModel, Message
    from generation import collector, invariants
    from generation import trash as bins
    from generation.models.upload import register_shown
    from workspaces import talkers
    from workspaces.archive import registry
    from workspaces.comments import leaving

    for section in archive.ALL:
        registry.register(section)
    leaving.watch(ChatComment)
    bins.register(trash.KIND)
    talkers.register(
        lambda person: list(ChatModel.objects.usable_by(person).values_list("slug", "name"))
    )
    invariants.register(own.violations)
    collector.register("chats", trash.forget)
    register_shown(lambda: Message.uploads.through.objects.values("upload"))
