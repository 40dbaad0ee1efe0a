"""The page that takes things over from a file: what it would bring is shown before it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pixazo.errors import UserError
from pixazo.texts.numbers import counted
from pixazo.upload_limit import refuse_cut_off
from workspaces.library.taken import MOST_BYTES, Brought, Taken, text_of
from workspaces.placing import PlaceField, places_of


@dataclass(frozen=True)
class Kind:
    """Of what a file brings: prompts, styles, lists. `back` is the page that lists them."""

    back: str
    title: Any
    lead: Any
    accept: str  # of file names, such as ".json"
    example: str
    read: Callable[[Brought], Taken]
    keep: Callable[[Taken], int]
    name: Any = ""  # what a name is asked for by, where a file may be one thing


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput,
        help_text=gettext_lazy(
            "Up to 1 MiB and 1,000 rows. Nothing is kept before you have seen it."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            {"rows": 8, "spellcheck": "false", "class": "form-control font-monospace"}
        ),
    )
    name = forms.CharField(
        required=False,
        max_length=200,
        help_text=gettext_lazy("Without one, the file's."),
    )
    workspace = PlaceField()

    def __init__(self, user: Any, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = kind.accept
        if kind.name:
            self.fields["name"].label = kind.name
        else:
            del self.fields["name"]
        field: Any = self.fields["workspace"]
        field.queryset = places_of(user)

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        file: UploadedFile | None = known.get("file")
        try:
            # No further than one byte behind what is taken.
            content = file.read(MOST_BYTES + 1) if file else known.get("text", "").encode()
            known["text"] = text_of(content)
            known["name"] = known.get("name") or (file.name if file else "") or ""
        except UserError as error:
            raise forms.ValidationError(error.sentence) from None
        if not known["text"].strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste its text."))
        return known


def import_page(request: HttpRequest, kind: Kind) -> HttpResponse:
    """GET: the form. POST: what would be taken; with `take`, it is."""
    user: Any = request.user
    refuse_cut_off(request)
    begins = {"workspace": request.GET.get("workspace", "")}
    form = FileForm(user, kind, request.POST or None, request.FILES or None, initial=begins)
    context: dict[str, Any] = {"kind": kind, "form": form}
    if not form.is_valid():
        return render(request, "workspaces/import.html", context)
    place = form.cleaned_data["workspace"]
    try:
        sent = form.cleaned_data
        taken = kind.read(Brought(sent["text"], user, place, sent["name"]))
        if request.POST.get("take"):
            kind.keep(taken)
            messages.success(request, said(taken))
            return redirect(kind.back)
    except UserError as error:
        form.add_error(None, error.sentence)
        return render(request, "workspaces/import.html", context)
    context |= {"taken": taken, "count": len(taken.new), "place": place}
    context |= {"text": sent["text"], "name": sent["name"]}
    return render(request, "workspaces/import.html", context)


def said(taken: Taken) -> str:
    """What became of it, in a sentence for each."""
    counts = len(taken.new), taken.same, taken.wrong
    sentences = (
        ngettext("%(count)s is taken over.", "%(count)s are taken over.", counts[0]),
        ngettext("%(count)s was here already.", "%(count)s were here already.", counts[1]),
        ngettext("%(count)s was left out.", "%(count)s were left out.", counts[2]),
    )
    return " ".join(
        sentence % {"count": counted(count)}
        for place, (sentence, count) in enumerate(zip(sentences, counts, strict=True))
        if count or not place
    )
