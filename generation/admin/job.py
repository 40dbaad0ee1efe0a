"""Jobs, for staff: how each came to its state, and the two verbs that move it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from billing.models import Hold
from generation.models import Job, Transition
from generation.retry import retry
from pixazo.admin import MembersPage, ReadOnly, ReadOnlyRows, link_to_list
from pixazo.errors import UserError
from workspaces.admin import page_of


class Timeline(ReadOnlyRows):
    model = Transition
    verbose_name_plural = "timeline"
    fields = ("moment", "state", "attempt", "worker", "note")
    show_change_link = False

    @admin.display(description="at (UTC)")
    def moment(self, transition: Transition) -> str:
        return transition.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


@admin.register(Job)
class JobAdmin(MembersPage, ReadOnly):
    list_display = ("id", "created", "author", "model", "state", "error_code")
    list_filter = ("state", "model", "lane", "error_code", "created")
    list_select_related = ("batch__author", "model")
    search_fields = ("=id", "=batch__id", "batch__author__username", "batch__author__email")
    fields = (
        "id",
        "batch",
        "author",
        "model",
        "state",
        "progress",
        "seed",
        "attempt",
        "worker",
        "lane",
        "lease_until",
        "error_code",
        "error",
        "details",
        "units",
        "created",
        "started",
        "progressed",
        "finished",
    )
    inlines = (Timeline,)
    actions = ("cancel", "retry")

    @admin.display(description="author", ordering="batch__author__username")
    def author(self, job: Job) -> str:
        return str(job.batch.author)

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        return f"step {job.step} of {job.steps}"

    @admin.display(description="units")
    def units(self, job: Job) -> str:
        return link_to_list("Holds of this job", Hold, q=job.pk)

    def members_page(self, request: HttpRequest, obj: Job) -> str | None:
        return page_of(request, obj.batch.workspace)

    @admin.action(description="Cancel the chosen jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        cancelled = [job for job in jobs if job.cancel()]
        for job in cancelled:
            self.log_change(request, job, "Cancelled.")
        self.message_user(request, f"Cancelled: {len(cancelled)}. The others had ended before.")

    @admin.action(description="Make the chosen jobs again", permissions=["operate"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """On the units of the person the picture is for, as if they had asked."""
        queued = 0
        for job in jobs.select_related("batch__author", "batch__model"):
            try:
                retry(job, job.batch.author)
            except UserError as error:
                self.message_user(request, f"{job.pk}: {error.sentence}", messages.WARNING)
            else:
                queued += 1
                self.log_change(request, job, "Queued again.")
        self.message_user(request, f"Queued again: {queued}.")
