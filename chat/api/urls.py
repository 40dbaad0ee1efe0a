from django.urls import path

from chat.api import assistant, chats, comments, messages

urlpatterns = [
    path("prompts/enhance", assistant.Enhance.as_view(), name="api_enhance"),
    path("images/recommend-model", assistant.RecommendModel.as_view(), name="api_recommend_model"),
    path("styles/suggest", assistant.SuggestStyles.as_view(), name="api_suggest_styles"),
    path("chat/models", chats.Models.as_view(), name="api_chat_models"),
    path("workspaces/<str:workspace>/chats", chats.Chats.as_view(), name="api_chats"),
    path(
        "workspaces/<str:workspace>/chats/import",
        chats.Arrivals.as_view(),
        name="api_chat_arrivals",
    ),
    path("chats/<uuid:pk>", chats.ChatDoor.as_view(), name="api_chat"),
    path("chats/<uuid:pk>/restore", chats.Restore.as_view(), name="api_chat_restore"),
    path("chats/<uuid:pk>/export", chats.Export.as_view(), name="api_chat_export"),
    path("chats/<uuid:pk>/import", chats.Import.as_view(), name="api_chat_import"),
    path("chats/<uuid:pk>/comments", comments.OfChat.as_view(), name="api_chat_comments"),
    path("chats/<uuid:pk>/messages", messages.Messages.as_view(), name="api_chat_messages"),
    path(
        "chats/<uuid:pk>/messages/<uuid:message>",
        messages.MessageDoor.as_view(),
        name="api_chat_message",
    ),
    path(
        "chats/<uuid:pk>/messages/<uuid:message>/stop",
        messages.Stop.as_view(),
        name="api_chat_stop",
    ),
    path(
        "chats/<uuid:pk>/messages/<uuid:message>/again",
        messages.Again.as_view(),
        name="api_chat_message_again",
    ),
]
