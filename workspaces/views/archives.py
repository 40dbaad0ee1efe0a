"""Archives of workspaces: asked for, watched, fetched; and what is done with one that was sent."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from pixazo.handing_out import Stored, handed_out
from workspaces.access import WorkspaceRequest, managed_workspace_view
from workspaces.archive import caretaking, sending, staging
from workspaces.archive.arriving import Policy
from workspaces.archive.registry import size_of
from workspaces.models import ArchiveJob
from workspaces.tasks import ring

SHOWN = 10


@require_safe
@managed_workspace_view
def archive(request: WorkspaceRequest) -> HttpResponse:
    jobs = ArchiveJob.objects.of(request.user).filter(workspace=request.workspace)
    size, most = size_of(request.workspace), sending.most_bytes()
    context = {
        "jobs": jobs.select_related("workspace").exclude(state="sending")[:SHOWN],
        "size": size,
        "most": most,
        "is_too_large": size > most,
    }
    return render(request, "workspaces/archive.html", context)


@require_POST
@managed_workspace_view
def export(request: WorkspaceRequest) -> HttpResponse:
    job = ArchiveJob.export(request.workspace, request.user)
    ring(job.pk)
    return redirect("archive", request.workspace.slug)


@require_safe
@vary_on_headers("X-Requested-With")
@login_required
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its page; to a script what the page shows of it."""
    found = own(request, pk)
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    name = "_archive_job" if is_fragment else "archive_job"
    return render(request, f"workspaces/{name}.html", {"job": found})


@require_safe
@login_required
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return handed_over(request, own(request, pk))


def handed_over(request: HttpRequest, found: ArchiveJob) -> HttpResponseBase:
    """The file itself; 404 for what is no finished export, or one whose file has gone."""
    if not (found.is_export and found.state == ArchiveJob.State.DONE and found.keys):
        raise Http404
    stored = Stored(found.keys[0], found.name, found.size, "application/gzip")
    return handed_out(request, stored, lambda: staging.chunks_of(found.keys))


@require_POST
@login_required
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own(request, pk)
    policy = request.POST.get("policy", "")
    known = policy if policy in list(Policy) else Policy.SKIP.value
    sending.take(found, known)
    return redirect("archive_job", found.pk)


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Away with it; what is at work stops."""
    found = own(request, pk)
    workspace = found.workspace
    caretaking.remove(found)
    if found.is_export and workspace:
        return redirect("archive", workspace.slug)
    return redirect("workspace_import")


def own(request: Any, pk: UUID) -> ArchiveJob:
    return get_object_or_404(
        ArchiveJob.objects.of(request.user).select_related("workspace", "person"), pk=pk
    )
