"""The fragments of the assistant's window; what programs ask for is in `chat/api`."""

from django.urls import URLPattern, URLResolver, include, path

from chat.views import (
    acting,
    applying,
    carrying,
    changing,
    comments,
    keeping,
    proposing,
    saying,
    talk,
)

MESSAGE: list[URLPattern | URLResolver] = [
    path("", saying.message, name="chat_message"),
    path("stop/", saying.stop, name="chat_stop"),
    path("again/", saying.again, name="chat_again"),
    path("apply/", applying.apply, name="chat_apply"),
    path("keep/", keeping.keep, name="chat_keep"),
]
CHAT: list[URLPattern | URLResolver] = [
    path("messages/", saying.messages, name="chat_messages"),
    path("messages/<uuid:message>/", include(MESSAGE)),
    path("propose/", proposing.propose, name="chat_propose"),
    path("rename/", changing.rename, name="chat_rename"),
    path("model/", changing.model, name="chat_model"),
    path("acting/", acting.acting, name="chat_acting"),
    path("delete/", changing.delete, name="chat_delete"),
    path("restore/", changing.restore, name="chat_restore"),
    path("export/", carrying.export, name="chat_export"),
    path("comments/", comments.of_chat, name="chat_comments"),
]
CHATS: list[URLPattern | URLResolver] = [
    path("", talk.window, name="chat"),
    path("new/", changing.new, name="chat_new"),
    path("import/", carrying.take, name="chat_import"),
    path("<uuid:pk>/", include(CHAT)),
]
urlpatterns = [path("w/<slug:slug>/chats/", include(CHATS))]
