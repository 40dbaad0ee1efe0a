"""Stored pictures, for staff: what is known about them, not what is on them."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from accounts.staff_acts import look
from generation.models import Image
from pixazo.admin import MembersPage, ReadOnly
from workspaces.admin import page_of


@admin.register(Image)
class ImageAdmin(MembersPage, ReadOnly):
    list_display = ("id", "created", "workspace", "model_name", "width", "height", "deleted")
    list_filter = ("model_name", "created", ("deleted", admin.EmptyFieldListFilter))
    list_select_related = ("workspace",)
    search_fields = ("=id", "=job__id", "=sha256", "=recipe_hash", "workspace__name", "original")
    fields = (
        "id",
        "workspace",
        "job",
        "model_name",
        "original",
        "width",
        "height",
        "bytes",
        "sha256",
        "recipe_text",
        "wait_seconds",
        "draw_seconds",
        "created",
        "deleted",
    )
    actions = ("trash", "restore")

    @admin.display(description="recipe")
    def recipe_text(self, image: Image) -> str:
        return format_html("<pre>{}</pre>", json.dumps(image.recipe, indent=2, ensure_ascii=False))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row and self.has_view_permission(request, row):
            look(request.user, row, "Looked at what is known of a picture.")
        return super().change_view(request, object_id, form_url, extra_context)

    def members_page(self, request: HttpRequest, obj: Image) -> str | None:
        return page_of(request, obj.workspace)

    @admin.action(description="Put the chosen images into the trash", permissions=["operate"])
    def trash(self, request: HttpRequest, images: QuerySet[Image]) -> None:
        moved = [image for image in images if image.trash()]
        for image in moved:
            self.log_change(request, image, "Put into the trash.")
        self.message_user(request, f"Put into the trash: {len(moved)}.")

    @admin.action(description="Take the chosen images out of the trash", permissions=["operate"])
    def restore(self, request: HttpRequest, images: QuerySet[Image]) -> None:
        moved = [image for image in images if image.restore()]
        for image in moved:
            self.log_change(request, image, "Taken out of the trash.")
        self.message_user(request, f"Taken out of the trash: {len(moved)}.")
