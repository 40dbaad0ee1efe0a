"""Requests, for staff. Lists leave the words out: they are read where somebody needs help."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.staff_acts import look
from generation.models import Batch, Job
from pixazo.admin import MembersPage, ReadOnly, ReadOnlyRows
from workspaces.admin import page_of


class Jobs(ReadOnlyRows):
    model = Job
    fields = ("index", "state", "seed", "attempt", "worker", "started", "finished")


@admin.register(Batch)
class BatchAdmin(MembersPage, ReadOnly):
    list_display = ("id", "created", "author", "workspace", "model", "count", "deleted")
    list_filter = ("model", "created", ("deleted", admin.EmptyFieldListFilter))
    list_select_related = ("author", "workspace", "model")
    search_fields = ("=id", "author__username", "author__email", "workspace__name")
    fields = (
        "id",
        "author",
        "workspace",
        "topic",
        "model",
        "prompt",
        "negative_prompt",
        "width",
        "height",
        "num_inference_steps",
        "guidance_scale",
        "seed",
        "count",
        "created",
        "deleted",
    )
    inlines = (Jobs,)
    actions = ("cancel",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """An experiment's page leads to its requests."""
        is_experiments = lookup == "cell__experiment__id__exact"
        return is_experiments or super().lookup_allowed(lookup, value, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row and self.has_view_permission(request, row):
            look(request.user, row, "Looked at the words of your request.")
        return super().change_view(request, object_id, form_url, extra_context)

    def members_page(self, request: HttpRequest, obj: Batch) -> str | None:
        return page_of(request, obj.workspace)

    @admin.action(description="Cancel what is unfinished", permissions=["operate"])
    def cancel(self, request: HttpRequest, batches: QuerySet[Batch]) -> None:
        stopped = 0
        for batch in batches:
            if count := batch.cancel():
                stopped += count
                self.log_change(request, batch, f"Cancelled {count} of its pictures.")
        self.message_user(request, f"Cancelled: {stopped}.")
