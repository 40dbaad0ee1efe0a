"""What the form means before anything is asked for: `POST /w/<slug>/final/`, a fragment with the
final prompts, where each part of them is from, and what they would take."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from billing.units import Units, plain
from generation.contract import MAX_COUNT
from generation.expand import CONFIRM_ABOVE, check_count, compile_batch
from generation.models import Batch
from generation.views import form
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.prompts import Compiled, Final

SHOWN = 50  # prompts in the table


@dataclass(frozen=True)
class Means:
    """`count` prompts of `images` pictures each; the first ones as they will be, and what is said
    of the longest of them if the model does not read its end."""

    count: int
    images: int
    units: Units
    shown: list[Final]
    must_confirm: bool
    is_example: bool  # chance picks, and another time something else
    remark: str

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@require_POST
@workspace_view
def final_text(request: WorkspaceRequest) -> HttpResponse:
    batch = form.batch_of(request)
    compiled = compile_batch(batch, form.chosen_in(request))
    check_count(batch, compiled.count)
    return render(request, "generation/_final_text.html", {"means": _means(batch, compiled)})


def _means(batch: Batch, compiled: Compiled) -> Means:
    images = _whole(batch.count, least=1, most=MAX_COUNT)
    batch.count = 1
    shown = list(compiled.first(SHOWN, _whole(batch.seed, least=0, most=2**63)))
    longest = max((final.prompt for final in shown), key=len, default="")
    return Means(
        count=compiled.count,
        images=images,
        units=plain(batch.units * images * compiled.count),
        shown=shown,
        must_confirm=compiled.count > CONFIRM_ABOVE,
        is_example=compiled.by_chance and str(batch.seed) in {"", "None"},
        remark=batch.model.remark_on(longest),
    )


def _whole(sent: object, least: int, most: int) -> int:
    """What is no such number is refused when it is asked for, with a sentence."""
    try:
        return min(max(int(str(sent)), least), most)
    except ValueError:
        return least
