"""Tools for what was asked for, through whichever door: how far it is, and its end."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from chat.mcp import schemas
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from chat.mcp.reporting import report
from chat.mcp.tools import reading
from chat.mcp.tools.tool import Tool
from generation.api import visible
from generation.models import Batch, Job
from pixazo.errors import UserError
from pixazo.scopes import GENERATE

NAMED = {
    "batch_id": {"type": "string", "description": "Of a whole request."},
    "job_id": {"type": "string", "description": "Of one of its pictures."},
}


def _look(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    batch, _job = _named(caller, sent)
    seconds = reading.seconds(sent, 0.0)
    return Answer("", awaits=batch.pk, channel=batch.workspace.channel, seconds=seconds)


def _cancel(caller: Caller, sent: Mapping[str, Any]) -> Answer:
    """Whoever asked for a picture may always end it: they pay for it."""
    batch, job = _named(caller, sent)
    membership = get_object_or_404(batch.workspace.memberships, user=caller.user)
    may_change = membership.may_change(batch.author_id)
    if not may_change and not _pays(caller, batch, job):
        sentence = _("Somebody else made this. Only they or the workspace's owner may change it.")
        raise UserError(sentence, code="not_yours", status=403)
    if job:
        job.cancel()
    else:
        batch.cancel(None if may_change else caller.user.pk)
    return report(caller, batch.pk)


def _pays(caller: Caller, batch: Batch, job: Job | None) -> bool:
    if job:
        return bool(job.author_id == caller.user.pk)
    return batch.jobs.filter(author_id=caller.user.pk).exists()


def _named(caller: Caller, sent: Mapping[str, Any]) -> tuple[Batch, Job | None]:
    rows = visible.jobs(caller.user).select_related("batch__workspace").order_by("index")
    if pk := reading.pk(sent, "job_id"):
        job = get_object_or_404(rows, pk=pk)
        return job.batch, job
    if pk := reading.pk(sent, "batch_id"):
        return _batch(rows, pk), None
    raise reading.required("batch_id")


def _batch(rows: Any, pk: UUID) -> Batch:
    job: Job | None = rows.filter(batch=pk).first()
    if job is None:
        raise Http404
    return job.batch


TOOLS = [
    Tool(
        "get_generation",
        "How far pictures are",
        "How far a request is, whichever way it was made (here, on the site, by Telegram...), with"
        " its pictures once they are there. Needs batch_id or job_id.",
        lambda user: schemas.of({**NAMED, "wait_seconds": schemas.wait_seconds()}),
        _look,
    ),
    Tool(
        "cancel_generation",
        "Cancel pictures",
        "Ends what is not finished of a request (batch_id) or one of its pictures (job_id). What is"
        " finished stays; what is not costs nothing. Harmless to repeat.",
        lambda user: schemas.of(NAMED),
        _cancel,
        GENERATE,
        is_read_only=False,
        is_destructive=True,
    ),
]
