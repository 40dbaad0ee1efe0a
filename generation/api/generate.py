"""`POST /api/generate`: order pictures; the answer names the jobs before any of them is begun."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from accounts.models import User
from billing.units import plain
from generation.api import sources, spellings
from generation.api.answers import settings_answer, status_urls
from generation.api.around import Around, taken_from
from generation.api.fitting import fitting
from generation.api.form_body import PARSERS, body_of
from generation.api.place import place_of
from generation.api.spellings import MARGINS, Wording
from generation.models import Batch, ImageModel, Input, Job
from generation.models.new_job import NewJob
from generation.models.states import JOB_WORDS
from generation.submit import check, digest_of, submit_all, submitted_all
from pixazo.api import Door, DoorRequest, refusal
from pixazo.errors import UserError
from pixazo.prepared import Rows
from pixazo.repeated import key_of
from pixazo.scopes import GENERATE
from pixazo.texts.kept import shown

NOT_LOOKED_AT = gettext_noop(
    "Pictures that are sent along or named by an address were not looked at: the size follows them."
)


class Generate(Door):
    """Also as a multipart form, with files; `dry_run` asks for the price only."""

    scopes = {"POST": GENERATE}
    repeats = ("POST",)
    remembers_itself = True
    parser_classes = PARSERS

    def post(self, request: DoorRequest) -> Response:
        around, body = taken_from(body_of(request))
        wording = spellings.read(body)
        is_dry = wording.values.pop("dry_run", False)
        with their_words(wording):
            if is_dry:
                return Response(_quote(request, wording, around))
            batches = _submitted(request, wording, around)
        return Response(_answer(request, batches, wording), status=status.HTTP_202_ACCEPTED)


def order(request: DoorRequest, wording: Wording) -> Batch:
    """Accept the request, from whatever door; refusals name the fields as the client did."""
    with their_words(wording):
        return _submitted(request, wording, Around())[0]


@contextmanager
def their_words(wording: Wording) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise _said_again(refusal(error), wording) from None
    except UserError as error:
        raise _said_again(error, wording) from None


def _submitted(request: DoorRequest, wording: Wording, around: Around) -> list[Batch]:
    """A repeated request's first batch comes before its place and model are looked for: where the
    caller worked last, and which model works, may be others by now."""
    asked = fingerprints(wording.values)
    if wording.families:  # the same words at another model's door are another request
        asked["families"] = list(wording.families)
    if around:
        asked["around"] = around.asked
    key, digest = key_of(request), digest_of(asked)
    if earlier := submitted_all(request.user, key, digest):
        return earlier
    chosen = around.chosen(request.user, wording) if around else None
    batch, outside = _batch(request, wording, idempotency_key=key, idempotency_digest=digest)
    if outside:
        # Before anything is fetched for what is refused or not confirmed yet.
        check(*(around.batches(copy(batch), chosen) if chosen else [copy(batch)]))
        sources.bring(outside, batch.workspace, request.user)
    return submit_all(around.batches(batch, chosen) if chosen else [batch])


def _quote(request: DoorRequest, wording: Wording, around: Around) -> dict[str, Any]:
    """What it would cost and what would be corrected; nothing is ordered."""
    chosen = around.chosen(request.user, wording) if around else None
    one, outside = _batch(request, wording)
    batches = around.batches(one, chosen) if chosen else [one]
    check(*batches)
    batch = batches[0]
    return {
        "dry_run": True,
        "units": sum(each.units for each in batches),
        "prices": [price for each in batches for price in each.prices],
        "units_left": batch.account.left,
        "count": sum(each.count for each in batches),
        "prompts": [each.prompt for each in batches],
        "model": batch.model.slug,
        "workspace": batch.workspace.slug,
        "settings": settings_answer(batch, batch.seed),
        "corrections": _corrections(batch, wording) + [gettext(NOT_LOOKED_AT)] * bool(outside),
    }


def fingerprints(values: dict[str, Any]) -> dict[str, Any]:
    """The values as a digest can be made of them: a file by what is in it."""
    return {name: _fingerprint(value) for name, value in values.items()}


def _fingerprint(value: Any) -> Any:
    if isinstance(value, list):
        return [_fingerprint(each) for each in value]
    if not isinstance(value, UploadedFile):
        return value
    digest = sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()


def unsaved(request: DoorRequest, wording: Wording, **idempotency: str) -> Batch:
    """The request as `submit` takes it, for a door that makes more of it than we do. With pictures
    that are here already."""
    batch, outside = _batch(request, wording, **idempotency)
    if outside:
        sources.bring(outside, batch.workspace, request.user)
    return batch


def _batch(
    request: DoorRequest, wording: Wording, **idempotency: str
) -> tuple[Batch, list[tuple[Input, str, Any]]]:
    """The request, not saved yet, and what of its pictures is still outside. What it leaves out is
    filled in from the model's contract."""
    values: dict[str, Any] = {"prompt": "", "negative_prompt": "", "count": 1, "mode": ""}
    values |= wording.values
    model = _model(request.user, values.pop("model", ""), wording.families)
    values = fitting(model.contract, wording.defaults, wording.values) | values
    workspace, topic = place_of(request.user, values.pop("workspace", ""), values.pop("topic", ""))
    margins = {side: values.pop(side) for side in MARGINS if side in values}
    pictures = sources.named(workspace, values)
    batch = Batch(
        workspace=workspace,
        topic=topic,
        author=request.user,
        door=Batch.Door.API if request.auth else Batch.Door.PAGE,
        model=model,
        margins=margins or None,
        **idempotency,
        **values,
    )
    batch.pictures = pictures.inputs
    batch.api_key = request.auth
    return batch, pictures.outside


def _model(user: User, name: str, families: Sequence[str] = ()) -> ImageModel:
    """By slug or id; without a name the first that works, of those families if any are said.

    One that is switched off is found too: the batch's own check refuses it by its name.
    """
    if not name and families:
        return _of_family(user, families)
    if not name:
        model = _FIRST.first(user=user.pk)
        if model is None:
            raise UserError(_("No model can be used at present."), code="no_model", status=503)
        return model
    model = None
    if name.isascii() and name.isprintable():
        model = _BY_SLUG.first(user=user.pk, slug=name)
    if model is None and (pk := _uuid(name)):
        model = _BY_ID.first(user=user.pk, pk=pk)
    if model is None:
        sentence = _("There is no such model. /api/models lists those that you can use.")
        raise UserError(sentence, code="invalid", fields={"model": [sentence]})
    return model


def _of_family(user: User, families: Sequence[str]) -> ImageModel:
    rows = ImageModel.objects.seen_by(user).usable_by(user).filter(family__in=families)
    model = rows.order_by("trouble", "position", "name").first()
    if model is None:
        sentence = _("No model of this kind can be used here. /api/models lists those that can.")
        raise UserError(sentence, code="no_model", status=503)
    return model


_FIRST: Rows[ImageModel] = Rows(
    lambda user: (
        ImageModel.objects.seen_by(User(pk=user))
        .usable_by(User(pk=user))
        .order_by("trouble", "position", "name")[:1]
    ),
    planned_once=True,
    user=UUID,
)
_BY_SLUG: Rows[ImageModel] = Rows(
    lambda user, slug: ImageModel.objects.seen_by(User(pk=user)).filter(slug=slug),
    planned_once=True,
    user=UUID,
    slug=str,
)
_BY_ID: Rows[ImageModel] = Rows(
    lambda user, pk: ImageModel.objects.seen_by(User(pk=user)).filter(pk=pk),
    planned_once=True,
    user=UUID,
    pk=UUID,
)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _said_again(error: UserError, wording: Wording) -> UserError:
    """The refusal, with the fields named as the client named them."""
    error.fields = wording.in_their_words(error.fields)
    return error


def _answer(request: DoorRequest, batches: Sequence[Batch], wording: Wording) -> dict[str, Any]:
    batch, jobs = batches[0], list[Job | NewJob]()
    for each in batches:
        jobs += each.new_jobs or each.jobs.order_by("index")
    urls = [*map(status_urls(request), (job.pk for job in jobs))]
    return {
        "job_id": str(jobs[0].pk),
        "job_ids": [str(job.pk) for job in jobs],
        "batch_id": str(batch.pk),
        "batch_ids": [str(each.pk) for each in batches],
        "status": JOB_WORDS[jobs[0].state],
        "status_url": urls[0],
        "status_urls": urls,
        "page_url": request.build_absolute_uri(batch.get_absolute_url()),
        "model": batch.model.slug,
        "workspace": batch.workspace.slug,
        "mode": batch.mode,
        "seed": batch.seed,
        "seeds": [job.seed for job in jobs],
        "units": plain(sum(job.units for job in jobs)),
        "corrections": _corrections(batch, wording),
    }


def _corrections(batch: Batch, wording: Wording) -> list[str]:
    unknown = [
        (_("`%(name)s` is not known here and was not used.") % {"name": name})
        for name in wording.unknown[:10]
    ]
    return [*map(shown, batch.corrections), *unknown]
