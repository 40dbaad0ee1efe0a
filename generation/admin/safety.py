"""Cases of the safety policy, to be decided; and the words that prompts may not have."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from accounts.staff_acts import look
from generation.admin import moderating
from generation.models import ForbiddenWord, SafetyCase
from pixazo.admin import ReadOnly


@admin.register(ForbiddenWord)
class ForbiddenWordAdmin(admin.ModelAdmin):
    list_display = ("text", "reason", "level", "is_active")
    list_filter = ("reason", "level", "is_active")
    search_fields = ("text",)


class DecisionForm(ActionForm):
    decision = forms.CharField(required=False, max_length=1000, label="Said to the person:")


@admin.register(SafetyCase)
class SafetyCaseAdmin(ReadOnly):
    list_display = ("created", "stage", "reason", "author", "state", "appealed", "decided_by")
    list_filter = ("state", "stage", "reason", "checker", "created")
    list_select_related = ("author", "decided_by")
    search_fields = ("=id", "author__username", "author__email")
    fields = (
        "created",
        "author",
        "stage",
        "reason",
        "checker",
        "level",
        "prompt",
        "findings",
        "picture",
        "state",
        "appeal",
        "appealed",
        "decided",
        "decided_by",
        "decision",
    )
    actions = ("withdraw", "uphold")
    action_form = DecisionForm

    @admin.display(description="picture")
    def picture(self, case: SafetyCase) -> str | SafeString:
        if not case.quarantined:
            return "none"
        address = reverse("admin:generation_safetycase_picture", args=[case.pk])
        return format_html('<a href="{}">Look at what was held back</a>', address)

    def get_urls(self) -> list[URLPattern]:
        show, decide = map(self.admin_site.admin_view, (self.show, require_POST(self.decide)))
        return [
            path("<uuid:pk>/picture/", show, name="generation_safetycase_picture"),
            path(
                "moderate/",
                self.admin_site.admin_view(self.moderate),
                name="generation_safetycase_moderate",
            ),
            path("<uuid:pk>/decide/", decide, name="generation_safetycase_decide"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        case = self.get_object(request, object_id)
        if case and self.has_view_permission(request, case):
            look(request.user, case, "Looked at a case of yours.")
        may_decide = case and case.is_open and self.has_operate_permission(request)
        context = {**(extra_context or {}), "may_decide": may_decide}
        return super().change_view(request, object_id, form_url, context)

    def decide(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """One case, on its own page, where the person must be told why."""
        cases = SafetyCase.objects.filter(pk=pk)
        if not self.has_operate_permission(request) or not cases:
            raise Http404
        pressed = request.POST.keys() & {"withdraw", "uphold"}
        if len(pressed) == 1 and request.POST.get("decision", "").strip():
            self._decide(request, cases, stands="uphold" in pressed)
        else:
            self.message_user(request, "Say why: the person reads it.", messages.ERROR)
        if "onward" in request.POST:
            return moderating.onward(request)
        return redirect("admin:generation_safetycase_change", pk)

    def moderate(self, request: HttpRequest) -> HttpResponse:
        if not self.has_operate_permission(request):
            raise Http404
        return moderating.page(request)

    def show(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The quarantined picture; that somebody looked is written down."""
        case = get_object_or_404(SafetyCase, pk=pk)
        if not self.has_view_permission(request, case) or not case.quarantined:
            raise Http404
        try:
            with default_storage.open(case.quarantined) as file:
                content = bytes(file.read())
        except FileNotFoundError:
            raise Http404 from None
        self.log_change(request, case, "Looked at the picture.")
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'",
        }
        return HttpResponse(content, content_type="image/png", headers=headers)

    @admin.action(description="Withdraw the decision", permissions=["operate"])
    def withdraw(self, request: HttpRequest, cases: QuerySet[SafetyCase]) -> None:
        """The person may have the very same drawn."""
        self._decide(request, cases, stands=False)

    @admin.action(description="Let the decision stand", permissions=["operate"])
    def uphold(self, request: HttpRequest, cases: QuerySet[SafetyCase]) -> None:
        self._decide(request, cases, stands=True)

    def _decide(self, request: HttpRequest, cases: QuerySet[SafetyCase], *, stands: bool) -> None:
        text = request.POST.get("decision", "").strip()
        decided = [case for case in cases if case.decide(request.user, stands=stands, text=text)]
        for case in decided:
            said = "The decision stands." if stands else "Withdrew the decision."
            self.log_change(request, case, said)
        late = cases.count() - len(decided)
        self.message_user(request, f"Decided: {len(decided)}.")
        if late:
            sentence = f"Decided before, or by a service itself: {late}."
            self.message_user(request, sentence, messages.WARNING)
