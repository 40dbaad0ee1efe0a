"""A picture that its people show to everybody, and what staff and others say of it (S318)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Notice
from generation.models.disclosure import Discloses
from generation.models.image import Image
from generation.models.opinion import Complaint, Like
from generation.models.safety import Reason
from pixazo.errors import UserError
from pixazo.models import TimeOrdered
from workspaces.models import Workspace

MOST_WAITING = 50  # of a person's, for staff to look at
LET_IN = gettext_noop("Your picture is in the public gallery now.")
REFUSED = gettext_noop("Staff refused to show your picture in the public gallery. See why.")
# Of what is shown, as somebody may ask for it.
ORDERS = {
    "newest": ("-published", "-id"),
    "liked": ("-likes", "-published", "-id"),
}
WORDS = 1000  # of an appeal or a decision


class CanNotPublish(UserError):
    code = "can_not_publish"
    status = 409


class PublicationQuerySet(models.QuerySet["Publication"]):
    def shown(self) -> "PublicationQuerySet":
        """What everybody sees: let in, not in the trash, and of somebody who may still sign in."""
        rows = self.filter(state=Publication.State.SHOWN)
        rows = rows.filter(image__isnull=False, image__deleted=None)
        rows = rows.filter(author__is_active=True).exclude(image__job__in=Image.objects.gone_jobs())
        return rows.exclude(image__workspace__in=Workspace.objects.thrown().values("pk"))

    def complained(self) -> "PublicationQuerySet":
        """What somebody complained of since staff looked at it last."""
        # By the complaints, which are few: there may be as many publications as the site is old.
        return self.filter(pk__in=Complaint.objects.values("publication"), complaints__gt=0)


class Publication(Discloses, TimeOrdered):
    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("Waiting for staff to look at it")
        SHOWN = "shown", gettext_lazy("In the public gallery")
        REFUSED = "refused", gettext_lazy("Refused")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")

    # Gone for good, it leaves what people complained of, and what staff said, for a while.
    image = models.OneToOneField(Image, models.SET_NULL, null=True, related_name="publication")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="publications"
    )
    names_author = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    offered = models.DateTimeField(
        default=now, editable=False, help_text="When what is to be seen of it was chosen."
    )
    published = models.DateTimeField(null=True, editable=False, help_text="When it was let in.")
    likes = models.PositiveIntegerField(default=0, editable=False)
    complaints = models.PositiveIntegerField(
        default=0, editable=False, help_text="Since staff looked at it last."
    )
    # Staff's word.
    decided = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    reason = models.CharField(max_length=20, choices=Reason, blank=True, editable=False)
    decision = models.TextField(max_length=WORDS, blank=True, editable=False)
    appeal = models.TextField(max_length=WORDS, blank=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["state", "-published"]),
            models.Index(fields=["state", "-likes", "-published"], name="publication_liked"),
            models.Index(fields=["author", "state"]),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.image_id}"

    @classmethod
    @transaction.atomic
    def publish(cls, image: Image, author: Any, level: str, names_author: bool) -> "Publication":
        """Offer a picture to everybody, or change how much of it is seen.

        Where staff look first, they do so again as soon as more of it is to be seen; what they once
        doubted they see first everywhere. Raises `CanNotPublish`, and `Image.DoesNotExist` if the
        picture has just been deleted for good.
        """
        # Two who publish the same picture at once, or one person many, wait for one another; and
        # with them whoever decides about it, likes it or complains.
        Image.objects.select_for_update().get(pk=image.pk)
        list(get_user_model().objects.select_for_update(no_key=True).filter(pk=author.pk))
        known = cls.objects.select_for_update().filter(image=image).first()
        if known is None:
            row = cls(image=image, author=author, level=level, names_author=names_author)
            row.offer()
            row.save(force_insert=True)
            return row
        known.change(author, level, names_author)
        known.save(
            update_fields=["author", "level", "names_author", "state", "offered", "published"]
        )
        return known

    def change(self, author: Any, level: str, names_author: bool) -> None:
        """Unsaved. Raises `CanNotPublish`."""
        if self.state == self.State.REFUSED:
            raise CanNotPublish(
                _("Staff refused this picture. You may object to that, once, with your reasons.")
            )
        is_new = self.state == self.State.WITHDRAWN
        if is_new:
            self.author = author
        if self.author_id == author.pk:
            self.names_author = names_author  # a name is its person's own to show
        levels = self.Level.values
        is_more = levels.index(level) > levels.index(self.level)
        self.level = level
        if is_new or is_more:
            self.offer()

    def offer(self) -> None:
        """Unsaved: to staff, or to everybody at once. Raises `CanNotPublish`."""
        if self.image is not None and self.image.is_brought:
            raise CanNotPublish(_("Only what was made here can be shown to everybody."))
        self.offered = now()
        is_waiting = not self._state.adding and self.state == self.State.WAITING
        is_doubted = is_waiting or self.reason or self.appeal or self.complaints
        if settings.PUBLIC_GALLERY == "open" and not is_doubted:
            self.state, self.published = self.State.SHOWN, now()
            return
        waiting = type(self).objects.filter(author=self.author, state=self.State.WAITING)
        if waiting.exclude(pk=self.pk).count() >= MOST_WAITING:
            sentence = _("%(most)s of your pictures wait for staff already. Please wait for them.")
            raise CanNotPublish(sentence % {"most": MOST_WAITING})
        self.state = self.State.WAITING

    def withdraw(self) -> bool:
        """Whether it was shown, or going to be."""
        return self._move((self.State.WAITING, self.State.SHOWN), state=self.State.WITHDRAWN)

    def object_to(self, text: str) -> bool:
        """The person's appeal, once: staff look again. False if there was one before."""
        rows = type(self).objects.filter(pk=self.pk, state=self.State.REFUSED, appeal="")
        return bool(rows.update(appeal=text[:WORDS], state=self.State.WAITING))

    def let_in(self, by: Any, seen: datetime | None = None) -> bool:
        """Staff's yes, also to what they refused before; what people complained of is settled.

        Not where more of it was offered, somebody complained or somebody else decided since they
        looked (`seen`).
        """
        was_shown = self.state == self.State.SHOWN
        is_done = self._move(
            (self.State.WAITING, self.State.SHOWN, self.State.REFUSED),
            seen,
            state=self.State.SHOWN,
            published=models.functions.Coalesce(F("published"), now()),
            complaints=0,
            reason="",
            decision="",
            appeal="",
            **_decided(by),
        )
        if is_done and not was_shown:
            self._tell(LET_IN, reverse("explore_one", args=[self.pk]))
        return is_done

    def refuse(self, by: Any, reason: str, text: str) -> bool:
        """Staff's no, also to what is shown already. The person reads why."""
        is_done = self._move(
            (self.State.WAITING, self.State.SHOWN),
            state=self.State.REFUSED,
            complaints=0,
            reason=reason,
            decision=text[:WORDS],
            **_decided(by),
        )
        if is_done and self.image is not None:
            workspace = self.image.workspace
            self._tell(REFUSED, reverse("image_share", args=[workspace.slug, self.image_id]))
        return is_done

    def _tell(self, sentence: str, link: str) -> None:
        Notice.objects.forget([self.pk])
        known: dict[str, Any] = {"sender": None, "subject": self.pk, "kind": "published"}
        Notice.objects.tell(self.author, sentence, link, **known)

    @property
    def may_be_appealed(self) -> bool:
        return self.state == self.State.REFUSED and not self.appeal

    @property
    def words(self) -> str:
        """What is said of the picture where its prompt may be seen: that, which staff saw, and not
        a description that members change as they like."""
        return str(self.image.recipe.get("prompt", "")) if self.image else ""

    @property
    def byline(self) -> str:
        return self.author.username if self.names_author else ""

    @transaction.atomic
    def like(self, user: Any) -> bool:
        """Whether this person didn't like it before: each counts once."""
        _like, is_new = Like.objects.get_or_create(publication=self, user=user)
        if is_new:
            type(self).objects.filter(pk=self.pk).update(likes=F("likes") + 1)
        return is_new

    @transaction.atomic
    def unlike(self, user: Any) -> bool:
        gone, _by_kind = Like.objects.filter(publication=self, user=user).delete()
        return bool(gone)

    @transaction.atomic
    def complain(self, user: Any, reason: str, text: str) -> bool:
        """Tell staff, once a person. Raises `TooManyComplaints`.

        What may show a child is out of sight until they have looked, unless they did so before.
        """
        if not Complaint.objects.make(self, user, reason, text):
            return False
        rows = type(self).objects.filter(pk=self.pk)
        rows.update(complaints=F("complaints") + 1)
        if reason == Reason.MINORS:
            rows.filter(state=self.State.SHOWN, decided=None).update(state=self.State.WAITING)
        return True

    def _move(
        self, before: tuple[State, ...], seen: datetime | None = None, **changes: Any
    ) -> bool:
        rows = type(self).objects.filter(pk=self.pk, state__in=before)
        if seen is not None:
            unheard = self.complaints_made.filter(created__gt=seen).values("publication")
            is_as_seen = Q(decided=None) | Q(decided__lte=seen)
            rows = rows.filter(is_as_seen, offered__lte=seen).exclude(pk__in=unheard)
        if not rows.update(**changes):
            return False
        self.refresh_from_db()
        return True


def _decided(by: Any) -> dict[str, Any]:
    return {"decided": now(), "decided_by": by}


@receiver(post_delete, sender=Like)
def _count_less(instance: Like, origin: Any = None, **_signal: Any) -> None:
    """Also where a like goes with its person's account; not where its picture goes."""
    kind = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    if kind in (Like, get_user_model()):
        fewer = Greatest(F("likes") - 1, 0)
        Publication.objects.filter(pk=instance.publication_id).update(likes=fewer)
