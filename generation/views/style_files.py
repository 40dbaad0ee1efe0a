"""Styles come in by a file, and leave as one: CSV or JSON, in the forms that others read."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from workspaces.library import style_files
from workspaces.models import Scope, Style
from workspaces.placing import seen
from workspaces.views.importing import Kind, import_page

EXAMPLE = """name,prompt,negative_prompt
Ink,"{prompt}, ink on rough paper","photo, blurry"
Dusk,"at dusk, {prompt}",

[
  {
    "name": "Ink",
    "prompt": "{prompt}, ink on rough paper",
    "negative_prompt": "photo, blurry",
    "num_inference_steps": 20
  }
]"""
KIND = Kind(
    back="styles",
    title=gettext_lazy("Import styles"),
    lead=gettext_lazy(
        "A table (CSV) or JSON, as AUTOMATIC1111, Fooocus and Pixazo write them. "
        "{prompt} is where the prompt goes."
    ),
    accept=".csv,.json",
    example=EXAMPLE,
    read=style_files.read,
    keep=style_files.keep,
)


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """One's own and one's workspaces'; the site's are on the other site as well."""
    rows = seen(Style.objects.living(), request.user).exclude(scope=Scope.SITE)
    styles = rows.order_by("position", "name", "id")
    if request.GET.get("as") == "csv":
        answer = HttpResponse(style_files.as_csv(styles), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="styles.csv"'
    else:
        answer = HttpResponse(style_files.as_json(styles), content_type="application/json")
        answer["Content-Disposition"] = 'attachment; filename="styles.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bring(request: HttpRequest) -> HttpResponse:
    return import_page(request, KIND)
