"""Terms, acceptable use, privacy and imprint: sensible texts that an operator may replace.

Who runs the site comes from the settings. A file of the same name in PIXAZO_TEMPLATES takes the
place of ours: `legal/privacy.html`, or `legal/privacy.de.html` for one language.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from pixazo.public.seo import Page

UPDATED = datetime.date(2026, 11, 29)  # when a text of ours changed last


@dataclass(frozen=True)
class Document:
    name: str  # in the address, and of the template
    title: str | Promise
    description: str | Promise


DOCUMENTS = {
    each.name: each
    for each in (
        Document(
            "terms",
            gettext_lazy("Terms of use"),
            gettext_lazy("What you may expect of this site, and what it expects of you."),
        ),
        Document(
            "acceptable-use",
            gettext_lazy("Acceptable use"),
            gettext_lazy("What may not be drawn here, and what happens when it is tried."),
        ),
        Document(
            "privacy",
            gettext_lazy("Privacy"),
            gettext_lazy("What is kept about you here, why, for how long, and who sees it."),
        ),
        Document(
            "imprint",
            gettext_lazy("Imprint"),
            gettext_lazy("Who runs this site, and how to reach them."),
        ),
    )
}


@require_safe
def document(request: HttpRequest, name: str) -> HttpResponse:
    found = DOCUMENTS.get(name)
    if found is None:
        raise Http404
    language = (get_language() or "en").split("-")[0]
    template = _text(name, language)
    its_name: str = template.template.name
    context = {
        "seo": Page(found.title, found.description),
        "document": found,
        "documents": DOCUMENTS.values(),
        # Where there is no translation, the text itself is in English.
        "written_in": language if its_name.endswith(f".{language}.html") else "en",
        "operator": operator(),
        "updated": UPDATED,
        "safety": settings.SAFETY,
        "content_safety": settings.CONTENT_SAFETY,
    }
    return HttpResponse(template.render(context, request))


def _text(name: str, language: str) -> Any:
    """In the reader's language where there is one; but an operator's own words stand above ours in
    whichever language."""
    found: list[Any] = []
    for each in (f"legal/{name}.{language}.html", f"legal/{name}.html"):
        try:
            found.append(get_template(each))
        except TemplateDoesNotExist:
            continue
    ours = settings.BASE_DIR / "templates"
    own = [each for each in found if not Path(each.origin.name).is_relative_to(ours)]
    return (own or found)[0]


@dataclass(frozen=True)
class Operator:
    name: str
    address: list[str]  # its lines
    email: str
    notes: list[str]  # such as a register and its number


def operator() -> Operator:
    return Operator(
        settings.OPERATOR,
        settings.OPERATOR_ADDRESS,
        settings.OPERATOR_EMAIL,
        settings.OPERATOR_NOTES,
    )
