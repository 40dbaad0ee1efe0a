"""Saved prompts leave as a JSON file, and come in by one (S181, S182)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from workspaces.library import prompt_files
from workspaces.library.finding import Search
from workspaces.views.importing import Kind, import_page

EXAMPLE = """{
  "format": "pixazo-prompts",
  "version": 1,
  "prompts": [
    {
      "title": "Lighthouse",
      "tags": ["sea", "evening"],
      "prompt": "a {red|white} lighthouse by the sea",
      "negative_prompt": "people",
      "style": "Watercolour",
      "theme": null,
      "model": "starter",
      "width": 128,
      "height": 128,
      "num_inference_steps": 20,
      "guidance_scale": 4,
      "seed": 7
    }
  ]
}"""
KIND = Kind(
    back="prompts",
    title=gettext_lazy("Import prompts"),
    lead=gettext_lazy(
        "A JSON file as the export writes it. What is here already is found and not kept twice."
    ),
    accept=".json",
    example=EXAMPLE,
    read=prompt_files.read,
    keep=prompt_files.keep,
)


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """Those that `id` names, or else all that is found."""
    rows = Search.read(request.GET).found(request.user).select_related("theme", "style")
    if chosen := _ids(request.GET.getlist("id")):
        rows = rows.filter(pk__in=chosen)
    text = prompt_files.written(rows.order_by("-id"))
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="prompts.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bring(request: HttpRequest) -> HttpResponse:
    return import_page(request, KIND)


def _ids(given: list[str]) -> list[UUID]:
    found = []
    for text in given:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
