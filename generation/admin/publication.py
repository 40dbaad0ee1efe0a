"""The public gallery, for staff: what waits for a yes or a no, and what people complained of."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from generation.admin import hanging, moderating
from generation.models import Complaint, Publication, Reason
from generation.serving import serve
from pixazo.admin import ReadOnly, ReadOnlyRows


class Complaints(ReadOnlyRows):
    model = Complaint
    fields = ("created", "user", "reason", "text")
    show_change_link = False


class RefusalForm(ActionForm):
    reason = forms.ChoiceField(
        required=False, choices=[("", "Choose…"), *Reason.choices], label="To refuse, why:"
    )
    decision = forms.CharField(required=False, max_length=1000, label="Said to the person:")
    # What is offered later than this list is another decision.
    seen = forms.CharField(
        required=False,
        label="",
        initial=lambda: now().isoformat(),
        widget=forms.HiddenInput,
    )


class ComplainedOf(admin.SimpleListFilter):
    title = "complaints"
    parameter_name = "complaints"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Not looked at")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Publication]
    ) -> QuerySet[Publication]:
        return queryset.filter(complaints__gt=0) if self.value() == "open" else queryset


@admin.register(Publication)
class PublicationAdmin(ReadOnly):
    """Pictures are blurred until somebody points at them or moves the focus there."""

    list_display = (
        "seen",
        "prompt",
        "created",
        "author",
        "state",
        "complaints",
        "appeal",
    )
    list_display_links = ("created",)
    list_filter = ("state", ComplainedOf, "reason", "level", "created")
    list_select_related = ("author", "image__job__batch")
    # What was complained of first, then what waits longest.
    ordering = ("-complaints", "id")
    search_fields = ("=id", "=image__id", "author__username", "author__email")
    fields = (
        *(
            "seen",
            "prompt",
            "negative_prompt",
            "written",
            "author",
            "level",
            "names_author",
            "state",
            "published",
            "likes",
            "complaints",
        ),
        *("decided", "decided_by", "reason", "decision", "appeal", "created"),
    )
    readonly_fields = ("seen", "prompt", "negative_prompt", "written")
    inlines = (Complaints,)
    actions = ("let_in", "refuse")
    action_form = RefusalForm

    class Media:
        css = {"all": ("css/moderation.css",)}

    @admin.display(description="picture")
    def seen(self, row: Publication) -> SafeString:
        address = reverse("admin:generation_publication_picture", args=[row.pk])
        page = reverse("admin:generation_publication_change", args=[row.pk])
        return format_html(
            '<a class="blurred" href="{}"><img src="{}" alt="The picture, blurred until you point'
            ' at it" width="160" loading="lazy"></a>',
            page,
            address,
        )

    @admin.display(description="prompt")
    def prompt(self, row: Publication) -> str:
        return row.words

    @admin.display(description="negative prompt")
    def negative_prompt(self, row: Publication) -> str:
        return str(row.image.recipe.get("negative_prompt", "")) if row.image else ""

    @admin.display(description="written and chosen")
    def written(self, row: Publication) -> str:
        """Where the prompt was put together from more: the settings name these."""
        return json.dumps(row.image.recipe.get("template") or {}) if row.image else ""

    def get_urls(self) -> list[URLPattern]:
        show = self.admin_site.admin_view(self.show)
        decide = self.admin_site.admin_view(require_POST(self.decide))
        moderate = self.admin_site.admin_view(self.moderate)
        return [
            path("<uuid:pk>/picture.webp", show, name="generation_publication_picture"),
            path("moderate/", moderate, name="generation_publication_moderate"),
            path("<uuid:pk>/decide/", decide, name="generation_publication_decide"),
            *super().get_urls(),
        ]

    def moderate(self, request: HttpRequest) -> HttpResponse:
        if not self.has_operate_permission(request):
            raise Http404
        return hanging.page(request)

    def decide(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """One picture, where they come one by one: `let_in`, or the `reason` why not."""
        rows = Publication.objects.filter(pk=pk)
        if not self.has_operate_permission(request) or not rows:
            raise Http404
        if "let_in" in request.POST:
            self.let_in(request, rows)
        else:
            self.refuse(request, rows)
        return moderating.onward(request, hanging.DESK)

    def show(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        row = get_object_or_404(Publication.objects.select_related("image"), pk=pk)
        # What a person took back is theirs alone again.
        is_taken_back = row.state == Publication.State.WITHDRAWN
        if not self.has_view_permission(request, row) or is_taken_back or row.image is None:
            raise Http404
        return serve(request, row.image, "small")

    @admin.action(description="Let in", permissions=["operate"])
    def let_in(self, request: HttpRequest, rows: QuerySet[Publication]) -> None:
        seen = parse_datetime(request.POST.get("seen", "")) or now()
        done = [row for row in rows if row.let_in(request.user, seen)]
        for row in done:
            self.log_change(request, row, "Let in.")
        self._say(request, "Let in", len(done), rows.count())

    @admin.action(description="Refuse, or take out", permissions=["operate"])
    def refuse(self, request: HttpRequest, rows: QuerySet[Publication]) -> None:
        reason = request.POST.get("reason", "")
        if reason not in Reason.values:
            self.message_user(request, "Choose why: the person reads it.", messages.ERROR)
            return
        text = request.POST.get("decision", "").strip()
        done = [row for row in rows if row.refuse(request.user, reason, text)]
        for row in done:
            self.log_change(request, row, f"Refused: {reason}.")
        self._say(request, "Refused", len(done), rows.count())

    def _say(self, request: HttpRequest, what: str, done: int, of: int) -> None:
        self.message_user(request, f"{what}: {done}.")
        if late := of - done:
            sentence = f"Decided, changed or complained of since you looked, or withdrawn: {late}."
            self.message_user(request, sentence, messages.WARNING)
