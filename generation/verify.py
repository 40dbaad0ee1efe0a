"""Runs a picture's recipe again, as a batch of one with the same settings and the same seed."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import ApiKey
from generation.models import Batch, Image, Input, Lora
from generation.submit import digest_of, submit, submitted
from pixazo.errors import UserError
from pixazo.texts.kept import shown
from pixazo.texts.words import within

# What a request says about its picture; count and seed are those of the one picture.
SETTINGS = (
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "mode",
    "strength",
    "scheduler",
    "loras",
    "margins",
    "scale",
)


class NotVerifiable(UserError):
    code = "not_verifiable"
    status = 409


def verify(
    image: Image, author: Any, idempotency_key: str = "", api_key: ApiKey | None = None
) -> Batch:
    """The new batch; its picture's `verdict` will say how it compares. `author` pays for it.

    Raises `NotVerifiable`, naming what is missing, or what `submit` raises.
    """
    digest = digest_of({"verifies": str(image.pk)})
    if earlier := submitted(author, idempotency_key, digest):
        return earlier
    before = image.job.batch
    if missing := _missing(before, author):
        raise NotVerifiable(
            _("This picture can't be made again: %(missing)s.") % {"missing": _listed(missing)}
        )
    _refuse_other_settings(_again(image, author))
    again = _again(image, author)
    again.idempotency_key, again.idempotency_digest = idempotency_key, digest
    again.api_key = api_key
    again.door = Batch.Door.API if api_key else Batch.Door.PAGE
    return submit(again)


def _again(image: Image, author: Any) -> Batch:
    """The picture's request once more, not saved."""
    before = image.job.batch
    again = Batch(
        workspace=before.workspace,
        topic=before.topic,
        author=author,
        model=image.job.model,
        verifies=image,
        template=image.job.batch.template,
        count=1,
        seed=image.job.seed,
        **{name: getattr(before, name) for name in SETTINGS},
    )
    again.pictures = [
        Input(role=each.role, position=each.position, image=each.image, upload=each.upload)
        for each in before.inputs.select_related("image", "upload")
    ]
    return again


def _missing(batch: Batch, author: Any) -> list[str]:
    missing = []
    if not batch.model.is_active:
        missing.append(
            _("the model %(name)s can't be used at present") % {"name": batch.model.name}
        )
    slugs = [each["lora"] for each in batch.loras]
    usable = Lora.objects.usable_by(author).filter(slug__in=slugs)
    there = set(usable.values_list("slug", flat=True))
    missing += [
        (_("the LoRA %(slug)s is not there any more") % {"slug": slug})
        for slug in slugs
        if slug not in there
    ]
    for each in batch.inputs.select_related("image", "upload"):
        if each.picture is None or (each.image and each.image.deleted):
            missing.append(
                _("its %(role)s was deleted") % {"role": within(each.get_role_display())}
            )
    return missing


def _refuse_other_settings(again: Batch) -> None:
    """Limits may have changed since: a picture with other settings would verify nothing."""
    wanted = {name: getattr(again, name) for name in SETTINGS}
    again.full_clean(validate_unique=False, validate_constraints=False)
    if any(getattr(again, name) != value for name, value in wanted.items()):
        raise NotVerifiable(
            " ".join(
                [_("This picture can't be made again as it was:"), *map(shown, again.corrections)]
            )
        )


def _listed(parts: list[str]) -> str:
    return f" {_('and')} ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
