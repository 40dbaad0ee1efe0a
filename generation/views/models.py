"""The catalogue as everybody sees it: what can draw here, and within which limits (S097)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from generation import estimate, labels
from generation.models import ImageModel
from generation.queue import work
from generation.views import panel
from pixazo.public.seo import Page

PAGE = Page(
    gettext_lazy("Models"), gettext_lazy("What draws here, within which limits, and what it costs.")
)


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """A person's own plan decides; to a visitor that of a new account."""
    sought = request.GET.get("q", "").strip()
    mode = request.GET.get("does", "")
    known = _known(request)
    found = [each for each in known if _fits(each, sought, mode)]
    seconds = work.usual_of_all()
    for each in found:
        each.usual_seconds = seconds.get(each.pk)  # type: ignore[attr-defined]
    context = {
        "seo": PAGE,
        "makers": panel.by_maker(found),
        "sought": sought,
        "mode": mode,
        "modes": [
            (name, labels.mode(name))
            for name in labels.MODES
            if any(name in each.contract.modes for each in known)
        ],
        "count": len(known),
        "accuracy": estimate.accuracy(),
    }
    return render(request, "generation/models.html", context)


def _known(request: HttpRequest) -> list[ImageModel]:
    if request.user.is_authenticated:
        return panel.usable_models(request.user)
    rows = ImageModel.objects.usable_by_newcomers().select_related("service")
    return list(rows.order_by("trouble", "position", "name"))


def _fits(model: ImageModel, sought: str, mode: str) -> bool:
    """All words of the search somewhere in what the page says of the model."""
    said = f"{model.name} {model.description} {model.family} {panel.maker(model)}".lower()
    return all(word in said for word in sought.lower().split()) and (
        not mode or mode in model.contract.modes
    )
