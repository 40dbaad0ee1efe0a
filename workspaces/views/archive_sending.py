"""How an archive gets here: a small one by a form, a large one in parts that a script sends."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pixazo.upload_limit import refuse_cut_off
from workspaces.archive import sending, staging
from workspaces.models import ArchiveJob, Workspace
from workspaces.placing import PlaceField
from workspaces.views.archives import own

SHOWN = 5


class SendForm(forms.Form):
    workspace = PlaceField(
        label=gettext_lazy("Where to"), empty_label=gettext_lazy("A new workspace")
    )
    file = forms.FileField(
        label=gettext_lazy("Archive"),
        required=False,
        widget=forms.FileInput({"accept": ".gz,.tgz,application/gzip"}),
        help_text=gettext_lazy(
            "A .tar.gz that was made here or on another site. You see what is in it before"
            " anything is kept."
        ),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["workspace"]
        field.queryset = Workspace.objects.living().filter(owner=user).order_by("name")
        # A script names it first, and then sends it in parts.
        self.fields["file"].required = "size" not in self.data


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def send(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: with the file, or with its name and size, whose parts then follow."""
    refuse_cut_off(request)
    begins = {"workspace": request.GET.get("workspace", "")}
    form = SendForm(request.user, request.POST or None, request.FILES or None, initial=begins)
    jobs = ArchiveJob.objects.of(request.user).filter(kind="import").exclude(state="sending")
    context = {"form": form, "jobs": jobs.select_related("workspace")[:SHOWN]}
    if not form.is_valid():
        return render(request, "workspaces/import_archive.html", context)
    file: UploadedFile | None = form.cleaned_data["file"]
    place = form.cleaned_data["workspace"]
    if "size" in request.POST:
        return JsonResponse(_begun(request, place))
    assert file is not None
    job = sending.begin(request.user, file.name or "", place)
    staging.add_part(job, file, 0, sending.most_bytes())
    sending.look(job)
    return redirect("archive_job", job.pk)


@require_POST
@login_required
def part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next part of a file that is sent in several; `number` counts them from 0."""
    refuse_cut_off(request)
    job = own(request, pk)
    content, number = request.FILES.get("part"), request.POST.get("number", "")
    sending.add(job, content, int(number[:6]) if number.isdecimal() else None)
    return HttpResponse(status=204)


@require_POST
@login_required
def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All parts are there."""
    job = own(request, pk)
    sending.look(job)
    return JsonResponse({"url": reverse("archive_job", args=[job.pk])})


def _begun(request: HttpRequest, place: Workspace | None) -> dict[str, Any]:
    size = request.POST.get("size", "")
    bytes_sent = int(size[:15]) if size.isdecimal() else sending.most_bytes() + 1
    job = sending.begin(request.user, request.POST.get("name", ""), place, bytes_sent)
    return {
        "parts": reverse("archive_part", args=[job.pk]),
        "look": reverse("archive_look", args=[job.pk]),
        "bytes": staging.MOST_PART,
    }
