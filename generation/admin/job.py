"""Jobs, for staff: how each came to its state, and the verbs that move it, with a reason.

Each is asked of the row, whose state decides: of two who press at once one did it.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from accounts.models import Ticket
from accounts.staff_acts import with_reason
from billing.models import Hold
from generation.models import Image, Job, Transition
from generation.retry import retry
from pixazo.admin import MembersPage, ReadOnly, ReadOnlyRows, link_to_list, link_to_row
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


class WhyForm(ActionForm):
    reason = forms.CharField(required=False, max_length=300, label="Why (the person reads it):")


@admin.register(Job)
class JobAdmin(MembersPage, ReadOnly):
    list_display = ("id", "created", "author", "model", "state", "error_code")
    list_filter = ("state", "model", "lane", "error_code", "created")
    list_select_related = ("batch__author", "model")
    search_fields = ("=id", "=batch__id", "batch__author__username", "batch__author__email")
    fields = (
        "id",
        "batch",
        "person",
        "picture",
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
        "tickets",
        "created",
        "started",
        "progressed",
        "finished",
    )
    inlines = (Timeline,)
    actions = ("cancel", "retry", "refund")
    action_form = WhyForm

    @admin.display(description="author", ordering="batch__author__username")
    def author(self, job: Job) -> str:
        return str(job.batch.author)

    @admin.display(description="author")
    def person(self, job: Job) -> str | SafeString:
        if job.batch.author is None:
            return "nobody any more"
        return link_to_row(job.batch.author)

    @admin.display(description="picture")
    def picture(self, job: Job) -> str | SafeString:
        image = Image.objects.filter(job=job).first()
        return link_to_row(image, f"{image.width} by {image.height} pixels") if image else "none"

    @admin.display(description="asked for help about it")
    def tickets(self, job: Job) -> SafeString:
        return link_to_list("Tickets about this job", Ticket, q=job.pk)

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        return f"step {job.step} of {job.steps}"

    @admin.display(description="units")
    def units(self, job: Job) -> str:
        return link_to_list("Holds of this job", Hold, q=job.pk)

    def members_page(self, request: HttpRequest, obj: Job) -> str | None:
        return page_of(request, obj.batch.workspace)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.act))
        return [path("<uuid:pk>/act/", view, name="generation_job_act"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self.get_object(request, object_id)
        may = {}
        if job and self.has_operate_permission(request):
            hold = Hold.objects.of(job.pk)
            may = {
                "may_cancel": not job.is_finished,
                "may_retry": job.is_retryable,
                "may_refund": hold is not None and hold.may_be_refunded,
            }
        return super().change_view(request, object_id, form_url, may | (extra_context or {}))

    def act(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """One job, on its own page."""
        get_object_or_404(Job, pk=pk)
        verbs = {"cancel": self.cancel, "retry": self.retry, "refund": self.refund}
        pressed = request.POST.keys() & verbs.keys()
        if not self.has_operate_permission(request) or len(pressed) != 1:
            raise Http404
        verbs[pressed.pop()](request, Job.objects.filter(pk=pk))
        return redirect("admin:generation_job_change", pk)

    @admin.action(description="Cancel the chosen jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        count = self._each(request, jobs, lambda job: "Cancelled." if job.cancel() else "")
        if count is not None:
            said = f"Cancelled: {count}. The others had ended before."
            self.message_user(request, said)

    @admin.action(description="Give back the units of the chosen jobs", permissions=["operate"])
    def refund(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """As extra units, once for each picture that was paid."""
        why = request.POST.get("reason", "").strip()

        def give_back(job: Job) -> str:
            hold = Hold.objects.of(job.pk)
            done = hold is not None and hold.refund(why)
            return f"Returned the units: {hold.units}." if hold and done else ""

        count = self._each(request, jobs, give_back)
        if count is not None:
            said = f"Refunded: {count}. The others were not paid, or were refunded before."
            self.message_user(request, said)

    def _each(
        self, request: HttpRequest, jobs: QuerySet[Job], do: Callable[[Job], str]
    ) -> int | None:
        """How many it was done to, each written down with the reason; None where none was given."""
        why = request.POST.get("reason", "").strip()
        if not why:
            self.message_user(request, "Say why: the person may read it.", messages.ERROR)
            return None
        done = 0
        for job in jobs.select_related("batch"):
            if said := do(job):
                done += 1
                self.log_change(request, job, with_reason(said, why))
        return done

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
                why = request.POST.get("reason", "").strip()
                self.log_change(request, job, with_reason("Queued again.", why))
        self.message_user(request, f"Queued again: {queued}.")
