"""Experiments, for staff: whose they are, what they have taken, and why one goes no further. Lists
leave the words out, as those of requests do."""

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from generation.models import Batch, Cell, Experiment
from pixazo.admin import MembersPage, ReadOnly, link_to_list
from workspaces.admin import page_of


@admin.register(Experiment)
class ExperimentAdmin(MembersPage, ReadOnly):
    list_display = (
        *("id", "created", "author", "workspace", "kind", "state", "reason", "count", "taken"),
        "deleted",
    )
    list_filter = (
        *("state", "reason", "kind", "created"),
        ("deleted", admin.EmptyFieldListFilter),
    )
    list_select_related = ("author", "workspace")
    search_fields = ("=id", "author__username", "author__email", "workspace__name")
    fields = (
        *("id", "author", "workspace", "called", "kind", "state", "reason", "note"),
        *("pictures", "requests", "count", "begun", "underway", "failures"),
        *("taken", "ceiling", "stop_after", "pause_after", "created", "deleted"),
    )
    readonly_fields = ("called", "pictures", "requests")

    def members_page(self, request: HttpRequest, obj: Experiment) -> str | None:
        if obj.deleted or not page_of(request, obj.workspace):
            return None
        return reverse("experiment", args=[obj.workspace.slug, obj.pk])

    @admin.display(description="name")
    def called(self, experiment: Experiment) -> str:
        return experiment.title

    @admin.display(description="pictures")
    def pictures(self, experiment: Experiment) -> str:
        """By what became of them."""
        rows = experiment.cells.order_by("state").values_list("state")
        counts = rows.annotate(number=Count("pk"))
        return ", ".join(f"{Cell.State(state).label}: {number}" for state, number in counts)

    @admin.display(description="requests")
    def requests(self, experiment: Experiment) -> str:
        return link_to_list("Its requests", Batch, cell__experiment__id__exact=experiment.pk)
