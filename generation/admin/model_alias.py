"""Foreign names of models, as OpenAI's clients send them (docs/openai.md)."""

from django.contrib import admin

from generation.models import ModelAlias


@admin.register(ModelAlias)
class ModelAliasAdmin(admin.ModelAdmin):
    list_display = ("pattern", "drawn_by")
    list_select_related = ("model",)
    search_fields = ("pattern",)
    autocomplete_fields = ("model",)

    @admin.display(description="drawn by", ordering="model")
    def drawn_by(self, alias: ModelAlias) -> str:
        return str(alias.model or "the first that can")
