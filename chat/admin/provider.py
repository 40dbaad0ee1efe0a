"""Who answers in the chat: where it is, the site's key, its list of models, whether it works."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from chat import listing, llm
from chat.llm.keys import key_of
from chat.models import ChatModel, ChatProvider
from generation.admin.key_form import KeyForm
from generation.admin.service import checked_address
from generation.providers.remote.asking import origin
from pixazo.admin import link_to_list

HELLO = "Answer with one word: are you there?"
SHOWN = 200  # characters of what it answers


class ProviderForm(KeyForm):
    key_field = "key"
    base_url = forms.URLField(
        label="Address",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Up to /v1. The key goes to this host only; another host: it must be given anew."
        " Empty: the environment's (GROK_API_URL), for the first provider.",
    )

    class Meta:
        model = ChatProvider
        fields = ("name", "slug", "base_url", "streaming", "calls_a_minute", "enabled")

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"].rstrip("/")
        return checked_address(url) if url else ""

    def save(self, commit: bool = True) -> ChatProvider:
        before = ChatProvider.objects.filter(pk=self.instance.pk).first()
        if before and origin(before.address) != origin(self.instance.address):
            # It was given to that host and to no other.
            self.instance.key = ""
        self.instance.trouble = ""
        provider: ChatProvider = super().save(commit)
        return provider


@admin.register(ChatProvider)
class ChatProviderAdmin(admin.ModelAdmin):
    form = ProviderForm
    list_display = ("name", "place", "streaming", "enabled", "fares")
    search_fields = ("name", "slug", "base_url")
    readonly_fields = ("has_key", "fares", "its_models")
    fieldsets = (
        (None, {"fields": ("name", "slug", "base_url", "streaming", "calls_a_minute", "enabled")}),
        ("Key", {"fields": ("has_key", "new_key", "forget_key")}),
        ("How it fares", {"fields": ("fares", "its_models")}),
    )
    actions = ("read_list", "try_it")

    @admin.display(description="address")
    def place(self, provider: ChatProvider) -> str:
        return provider.address or "nowhere yet: it is off"

    @admin.display(description="trouble")
    def fares(self, provider: ChatProvider) -> str:
        return provider.trouble or "none seen"

    @admin.display(description="key")
    def has_key(self, provider: ChatProvider) -> str:
        if provider.key:
            return "set"
        return "from the environment" if key_of(provider) else "not set"

    @admin.display(description="models")
    def its_models(self, provider: ChatProvider) -> str:
        return link_to_list("Its models", ChatModel, provider__id__exact=provider.pk)

    @admin.action(description="Read which models the chosen providers have", permissions=["change"])
    def read_list(self, request: HttpRequest, providers: QuerySet[ChatProvider]) -> None:
        for provider in providers:
            try:
                found = listing.sync(provider)
            except llm.ChatProblem as problem:
                self._say(request, provider, problem)
            else:
                self.message_user(request, f"{provider}: {found}")
                self.log_change(request, provider, f"Read its list of models. {found}")

    @admin.action(description="Ask the chosen providers something", permissions=["change"])
    def try_it(self, request: HttpRequest, providers: QuerySet[ChatProvider]) -> None:
        """Really: with the first of its models that is on."""
        for provider in providers:
            model = provider.models.filter(enabled=True).select_related("provider").first()
            if model is None:
                said = f"{provider}: none of its models is on."
                self.message_user(request, said, messages.WARNING)
                continue
            asked = [{"role": "user", "content": HELLO}]
            try:
                answer = llm.complete(model, asked, person=request.user).text.strip()
            except llm.ChatProblem as problem:
                self._say(request, provider, problem)
            else:
                said = f"{provider}: {model.slug} answers “{answer[:SHOWN]}”."
                self.message_user(request, said)

    def _say(self, request: HttpRequest, provider: ChatProvider, problem: llm.ChatProblem) -> None:
        said = f"{provider}: {problem.sentence} {problem.details}".strip()
        self.message_user(request, said, messages.WARNING)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields
