"""The language models that people may choose, and in which order they read them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chat.models import ChatModel


@admin.register(ChatModel)
class ChatModelAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "provider", "position", "enabled", "vision", "answers")
    list_display_links = ("name",)
    list_editable = ("position", "enabled", "vision")
    list_filter = ("provider", "enabled")
    list_select_related = ("provider",)
    search_fields = ("name", "slug", "upstream_name")
    fields = ("name", "slug", "provider", "upstream_name", "vision", "enabled", "position")
    actions = ("switch_on", "switch_off")

    @admin.display(description="answers")
    def answers(self, model: ChatModel) -> str:
        if not model.enabled:
            return "no, it is off"
        if not model.provider.is_ready:
            return "no, its provider has no address, or is off"
        return "its provider lists it no longer" if model.gone else "yes"

    @admin.action(description="Switch the chosen models on", permissions=["change"])
    def switch_on(self, request: HttpRequest, models: QuerySet[ChatModel]) -> None:
        self.message_user(request, f"{models.update(enabled=True)} switched on.")

    @admin.action(description="Switch the chosen models off", permissions=["change"])
    def switch_off(self, request: HttpRequest, models: QuerySet[ChatModel]) -> None:
        self.message_user(request, f"{models.update(enabled=False)} switched off.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Chats know it by its slug."""
        return ("slug",) if obj else ()
