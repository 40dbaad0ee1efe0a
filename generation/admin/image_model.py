"""The catalogue (S027, S039, S040, S138): a saved change is in the picker at the next request."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from generation.admin import foreseen, model_pages
from generation.admin.image_model_form import ImageModelForm
from generation.contract import Contract, Parameter, plain
from generation.families import CHOICES
from generation.models import ImageModel, Job
from pixazo.admin import link_to_list


class FamilyFilter(admin.SimpleListFilter):
    title = "family"
    parameter_name = "family"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return CHOICES

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(family=self.value()) if self.value() else queryset


@admin.register(ImageModel)
class ImageModelAdmin(admin.ModelAdmin):
    form = ImageModelForm
    list_display = (
        "name",
        "slug",
        "where",
        "family",
        "needs",
        "is_gated",
        "units",
        "is_active",
        "works",
    )
    list_filter = ("is_active", "provider", "service", FamilyFilter, "is_gated", "plans")
    list_select_related = ("service",)
    search_fields = ("name", "slug", "address", "description")
    ordering = ("position", "name")
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("plans",)
    actions = ("switch_on", "switch_off")
    readonly_fields = ("key", "summary", "trouble", "jobs")
    fieldsets = (
        (None, {"fields": ("name", "slug", "description", "is_active", "position", "units")}),
        ("Who may use it", {"fields": ("plans",)}),
        (
            "Where it is",
            {
                "fields": (
                    "provider",
                    "service",
                    "address",
                    "family",
                    "weights_sha256",
                    "is_gated",
                    "trouble",
                )
            },
        ),
        ("What it needs", {"fields": ("download_gb", "memory_gb", "cost")}),
        ("Key", {"fields": ("key", "new_key", "forget_key")}),
        ("What it can do", {"fields": ("summary", "contract_data", "jobs")}),
        ("How it is run", {"fields": ("options", "adapter")}),
    )

    @admin.display(description="where", ordering="address")
    def where(self, model: ImageModel) -> str:
        return f"{model.service}: {model.address}" if model.service else model.address

    @admin.display(description="needs, costs", ordering="memory_gb")
    def needs(self, model: ImageModel) -> str:
        sizes = ((model.download_gb, "to download"), (model.memory_gb, "of memory"))
        parts = [f"{plain(size)} GB {what}" for size, what in sizes if size]
        return ", ".join([*parts, *_cost(model)]) or "not known"

    @admin.display(description="trouble")
    def works(self, model: ImageModel) -> str:
        return model.trouble or "none seen"

    @admin.display(description="key")
    def key(self, model: ImageModel) -> str:
        return "set" if model.api_key else "not set"

    @admin.display(description="in words")
    def summary(self, model: ImageModel) -> str:
        return format_html_join("", "<div>{}</div>", ((line,) for line in _lines(model.contract)))

    @admin.display(description="jobs")
    def jobs(self, model: ImageModel) -> str:
        return link_to_list("Jobs of this model", Job, model__id__exact=model.pk)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields  # programs and archives find it by its slug

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        later = {"key", "forget_key", "summary", "trouble", "jobs"}
        return tuple(
            (title, {"fields": tuple(name for name in options["fields"] if name not in later)})
            for title, options in fieldsets
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("preview/", view(self.preview), name="generation_imagemodel_preview"),
            path(
                "<uuid:pk>/try/",
                view(require_POST(self.try_out)),
                name="generation_imagemodel_try",
            ),
            *super().get_urls(),
        ]

    # Framed by the form of the model: the admin's own views deny that.
    @model_pages.framed
    def preview(self, request: HttpRequest) -> HttpResponse:
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise Http404
        return model_pages.preview(request)

    def try_out(self, request: HttpRequest, pk: Any) -> HttpResponse:
        if not self.has_change_permission(request):
            raise Http404
        said, place = model_pages.try_out(request, pk)
        if place:
            said = format_html('{} <a href="{}">See it there</a>', said, place)
        self.message_user(request, said, messages.SUCCESS if place else messages.ERROR)
        return redirect("admin:generation_imagemodel_change", pk)

    @admin.action(description="Switch the chosen models on", permissions=["change"])
    def switch_on(self, request: HttpRequest, models: QuerySet[ImageModel]) -> None:
        self._switch(request, models, on=True)

    @admin.action(description="Switch the chosen models off", permissions=["change"])
    def switch_off(self, request: HttpRequest, models: QuerySet[ImageModel]) -> None:
        """Old pictures keep its name; what waits is still drawn."""
        self._switch(request, models, on=False)

    def _switch(self, request: HttpRequest, models: QuerySet[ImageModel], *, on: bool) -> None:
        said = "Switched on" if on else "Switched off"
        count = 0
        for model in models:
            rows = ImageModel.objects.filter(pk=model.pk, is_active=not on)
            if rows.update(is_active=on):
                count += 1
                self.log_change(request, model, f"{said}.")
        self.message_user(request, f"{said}: {count}.")

    def save_model(self, request: HttpRequest, obj: ImageModel, *args: Any) -> None:
        super().save_model(request, obj, *args)
        for trouble in foreseen.troubles(obj):
            self.message_user(request, trouble, messages.WARNING)

    def view_on_site(self, obj: ImageModel) -> str:
        return reverse("models")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One by one, and only what made nothing: old pictures keep their model (switch it off)."""
        unused = obj is not None and not obj.batches.exists()
        return unused and super().has_delete_permission(request, obj)


def _cost(model: ImageModel) -> list[str]:
    if model.cost is None:
        return ["cost not known"] if model.service else []
    return [f"${model.cost.normalize():f} a picture" if model.cost else "free"]


def _lines(contract: Contract) -> list[str]:
    of = {
        "modes": ", ".join(contract.modes),
        "schedulers": ", ".join(contract.schedulers),
        "LoRAs": contract.loras,
        "reference pictures": contract.references,
    }
    return [
        *(_in_words(each) for each in contract.parameters.values()),
        "“Leave out” can be used" if contract.negative_prompt else "“Leave out” can't be used",
        f"{contract.images_per_call} picture(s) per call",
        *(f"{what}: {value}" for what, value in of.items() if value),
    ]


def _in_words(parameter: Parameter) -> str:
    if parameter.fixed:
        what = f"always {parameter.default:g}" if parameter.used else "not used"
        reason = parameter.reason[:1].upper() + parameter.reason[1:]
        return f"{parameter.label}: {what}. {reason}"
    if parameter.enum:
        values = " or ".join(plain(each) for each in parameter.enum)
        return f"{parameter.label}: {values}, usually {parameter.default:g}"
    limits = f"{parameter.min:g} to {parameter.max:g} in steps of {parameter.step:g}"
    return f"{parameter.label}: {limits}, usually {parameter.default:g}"
