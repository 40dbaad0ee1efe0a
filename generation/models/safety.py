"""What the safety policy forbids, and the cases in which it held something back."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from generation.models.batch import Batch
from generation.models.job import Job
from pixazo.models import TimeOrdered
from workspaces.models import Workspace


class Reason(models.TextChoices):
    """Why something is held back; the codes are stable."""

    MINORS = "minors", gettext_lazy("Sexual content with minors")
    SEXUAL = "sexual", gettext_lazy("Sexual content")
    VIOLENCE = "violence", gettext_lazy("Violence and gore")
    HATE = "hate", gettext_lazy("Hate")
    SELF_HARM = "self_harm", gettext_lazy("Self-harm")
    PERSON = "person", gettext_lazy("A real person")
    OTHER = "other", gettext_lazy("Against this site's rules")


class ForbiddenWord(models.Model):
    """A word or phrase that prompts may not have, from a level of strictness on."""

    class Level(models.TextChoices):
        ALWAYS = "always", gettext_lazy("At every level")
        STANDARD = "standard", gettext_lazy("Standard and strict")
        STRICT = "strict", gettext_lazy("Strict only")

    text = models.CharField(max_length=100, unique=True)
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.OTHER)
    level = models.CharField(max_length=10, choices=Level, default=Level.STANDARD)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("text",)

    def __str__(self) -> str:
        return self.text


# What staff here may withdraw, as `SafetyCase.is_ours` says of one.
OURS = Q(stage="prompt") | ~Q(quarantined="")


class SafetyCaseQuerySet(models.QuerySet["SafetyCase"]):
    def is_allowed(self, digest: str) -> bool:
        """Staff withdrew the decision about this very thing."""
        return self.filter(digest=digest, state=SafetyCase.State.OVERTURNED).exists()


class SafetyCase(TimeOrdered):
    """Something that was held back: seen by its person, who may appeal, and decided by staff."""

    class Stage(models.TextChoices):
        PROMPT = "prompt", gettext_lazy("Prompt")
        OUTPUT = "output", gettext_lazy("Picture")

    class State(models.TextChoices):
        HELD = "held", gettext_lazy("Held back")
        APPEALED = "appealed", gettext_lazy("Appealed")
        UPHELD = "upheld", gettext_lazy("Decision stands")
        OVERTURNED = "overturned", gettext_lazy("Decision withdrawn")

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="safety_cases"
    )
    # Whoever deletes a workspace does not delete what staff have to look at.
    workspace = models.ForeignKey(
        Workspace, models.SET_NULL, null=True, related_name="safety_cases"
    )
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="safety_cases")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="safety_cases")
    stage = models.CharField(max_length=10, choices=Stage)
    reason = models.CharField(max_length=20, choices=Reason)
    level = models.CharField(max_length=10, help_text="Of strictness, as it was then.")
    checker = models.CharField(max_length=50, help_text="What noticed it.")
    prompt = models.TextField(blank=True)
    digest = models.CharField(
        max_length=64, db_index=True, help_text="Of what was held back: the same may pass later."
    )
    findings: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    # The picture that was held back, out of everybody's sight but staff's.
    quarantined = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    appeal = models.TextField(blank=True, max_length=1000)
    appealed = models.DateTimeField(null=True)
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="safety_decisions"
    )
    decision = models.TextField(blank=True, max_length=1000)

    objects = SafetyCaseQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(stage="prompt") & ~Q(state="overturned"),
                name="safety_case_once_per_prompt",
            ),
        )
        indexes = (
            models.Index(fields=["author", "-id"]),
            models.Index(fields=["state", "-id"]),
        )

    def __str__(self) -> str:
        return f"{self.get_stage_display()} held back: {self.get_reason_display()}"

    @property
    def is_ours(self) -> bool:
        """False where a service's own check stopped a picture: staff here can't overrule it."""
        return self.stage == self.Stage.PROMPT or bool(self.quarantined)

    @property
    def is_open(self) -> bool:
        """Staff may still decide."""
        return self.state in {self.State.HELD, self.State.APPEALED}

    @property
    def may_be_appealed(self) -> bool:
        return self.state == self.State.HELD and self.is_ours

    def object_to(self, text: str) -> bool:
        """The person's appeal, once. False if there was one, or a decision, before, or if staff
        here can't see any more what was held back."""
        changes = {"state": self.State.APPEALED, "appeal": text[:1000], "appealed": now()}
        return self._move(Q(OURS, state=self.State.HELD), **changes)

    @transaction.atomic
    def decide(self, by: Any, *, stands: bool, text: str = "") -> bool:
        """Staff's word, appealed or not. False if somebody decided before, or if it is not for
        staff here to withdraw."""
        state = self.State.UPHELD if stands else self.State.OVERTURNED
        is_open = Q(state__in=(self.State.HELD, self.State.APPEALED))
        before = is_open if stands else is_open & OURS
        decided = {"decided": now(), "decided_by": by, "decision": text[:1000]}
        if not self._move(before, state=state, **decided):
            return False
        if not stands and self.job:
            self.job.forgive()
        return True

    def _move(self, before: Q, **changes: Any) -> bool:
        """Of the row, not of what was read: its picture may have gone meanwhile."""
        if not SafetyCase.objects.filter(before, pk=self.pk).update(**changes):
            return False
        self.refresh_from_db()
        return True
