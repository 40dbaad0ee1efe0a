"""How many chats there are and how they end: what people say in them is not staff's to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chat.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ("created", "model", "state", "problem")
    list_filter = ("state", "model", "created")
    date_hierarchy = "created"
    fields = ("created", "model", "state", "problem")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Answers and what became of them; their words stay in the database."""
        rows: QuerySet[Message] = super().get_queryset(request)
        return rows.filter(role=Message.Role.ASSISTANT).defer("content", "proposal", "images")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
