"""`/api/archives` and `/api/workspaces/<workspace>/archives`: a whole workspace as one file, made
and fetched; and such a file sent, looked at and taken in (docs/archive.md)."""

from typing import Any, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api.form_body import PARSERS
from generation.api.place import membership_named
from pixazo import paging
from pixazo.api import Door, DoorRequest, address
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from pixazo.upload_limit import refuse_cut_off
from workspaces.archive import caretaking, sending, staging
from workspaces.archive.arriving import Policy
from workspaces.models import ArchiveJob, Workspace
from workspaces.tasks import ring
from workspaces.views.archives import handed_over, own


class WrongState(UserError):
    code = "wrong_state"
    status = 409


class OfWorkspace(Door):
    """Its owner has it written; the others know nothing of it."""

    scopes = {"POST": MANAGE}
    repeats = ("POST",)

    def post(self, request: DoorRequest, workspace: str) -> Response:
        job = ArchiveJob.export(_managed(request, workspace), request.user)
        ring(job.pk)
        return Response(_answer(request, job), status=status.HTTP_202_ACCEPTED)


class Archives(Door):
    """The caller's own: being written, being taken in, done."""

    plain_texts = True
    scopes = {"GET": READ, "POST": MANAGE}
    parser_classes = PARSERS

    def get(self, request: DoorRequest) -> Response:
        rows = ArchiveJob.objects.of(request.user).select_related("workspace")
        shown, more = paging.page(request, rows, ("-id",))
        return Response({"archives": [_answer(request, each) for each in shown], "next": more})

    def post(self, request: DoorRequest) -> Response:
        """Of a small one the `file`, which is then looked at; of a large one `name` and `size`,
        whose parts then follow. `workspace`: where to; without it, into a new one."""
        refuse_cut_off(request)
        data: Any = request.data
        given = data.get("workspace") or ""
        if not isinstance(given, str):
            raise paging.wrong("workspace", _("`%(name)s` is a text.") % {"name": "workspace"})
        place = _managed(request, given) if given else None
        file = data.get("file")
        if isinstance(file, UploadedFile):
            sending.check_part(file)  # before what was sent earlier goes
            job = sending.begin(request.user, file.name or "", place, file.size or 0)
            sending.add(job, file, 0)
            sending.look(job)
        else:
            name, size = data.get("name"), data.get("size")
            if not isinstance(name, str) or type(size) is not int or size < 1:
                raise UserError(_("Send a file, or the `name` and `size` of one."), code="invalid")
            job = sending.begin(request.user, name, place, size)
        return Response(_answer(request, job), status=status.HTTP_202_ACCEPTED)


class OneArchive(Door):
    scopes = {"GET": READ, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return Response(_answer(request, own(request, pk)))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Away with it; what is at work stops."""
        caretaking.remove(own(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ArchiveFile(Door):
    """Of an export that is done."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest, pk: UUID) -> HttpResponseBase:
        return handed_over(cast(HttpRequest, request), own(request, pk))


class Parts(Door):
    """The next part of what is being sent: a form's `part`, and its `number` from 0 on."""

    scopes = {"POST": MANAGE}
    parser_classes = PARSERS

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        refuse_cut_off(request)
        job, number = own(request, pk), str(request.data.get("number", ""))
        part: Any = request.data.get("part")
        content = part if isinstance(part, UploadedFile) else None
        is_number = number.isascii() and number.isdigit() and len(number) < 7
        job = sending.add(job, content, int(number) if is_number else None)
        return Response(_answer(request, job))


class Look(Door):
    """All parts are there."""

    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        job = own(request, pk)
        if not sending.look(job):
            raise WrongState(_("This archive is not being sent any more."))
        return Response(_answer(request, job), status=status.HTTP_202_ACCEPTED)


class Take(Door):
    """It was looked at, and shall come. `policy`: what becomes of what is there and otherwise."""

    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        job, policy = own(request, pk), request.data.get("policy", Policy.SKIP.value)
        if policy not in list(Policy):
            sentence = _("`%(name)s` is one of: %(values)s.")
            raise paging.wrong("policy", sentence % {"name": "policy", "values": ", ".join(Policy)})
        if not sending.take(job, policy):
            raise WrongState(_("There is nothing to take in here: this archive was not looked at."))
        return Response(_answer(request, job), status=status.HTTP_202_ACCEPTED)


def _managed(request: DoorRequest, given: str) -> Workspace:
    membership = membership_named(request.user, given)
    if not membership.may_manage():
        raise Http404
    return membership.workspace


def _answer(request: DoorRequest, job: ArchiveJob) -> dict[str, Any]:
    is_done = job.state == ArchiveJob.State.DONE
    is_sent = job.state == ArchiveJob.State.SENDING
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "state": job.state,
        "workspace": job.workspace.slug if job.workspace else None,
        "name": job.name,
        "bytes": job.size,
        "done": job.done,
        "total": job.total,
        # What looking at it found, and then what has come of it.
        "found": _report(job, "lines", "pictures", "missing", "bytes"),
        "came": (job.report or {}).get("came"),
        "error": job.sentence or None,
        "created": job.created,
        "expires": job.expires,
        "file_url": address(request, "api_archive_file", job.pk)
        if job.is_export and is_done
        else None,
        "parts_url": address(request, "api_archive_parts", job.pk) if is_sent else None,
        "most_bytes_of_a_part": staging.MOST_PART if is_sent else None,
    }


def _report(job: ArchiveJob, *names: str) -> dict[str, Any] | None:
    report = job.report or {}
    return {name: report[name] for name in names} if names[0] in report else None
