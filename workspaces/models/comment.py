"""What members say about something in their workspace; each room has a table of its own for what it
keeps, with a column for each kind of thing that is talked about."""

from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy

from pixazo.models import TimeOrdered
from workspaces.models.membership import Membership
from workspaces.roles import Action

LONGEST = 2_000  # characters
C = TypeVar("C", bound="Comment")


class CommentQuerySet(models.QuerySet[C]):
    def heads(self) -> Self:
        """What begins a thread."""
        return self.filter(parent=None)

    def open(self) -> Self:
        """Threads that nobody has settled."""
        return self.heads().filter(resolved=None)

    def in_order(self) -> Self:
        """With all that a page shows of them, the oldest first. Two queries."""
        return (
            self.select_related("author", "resolved_by")
            .prefetch_related("mentioned")
            .order_by("id")
        )


class Comment(TimeOrdered):
    workspace = models.ForeignKey("workspaces.Workspace", models.CASCADE, related_name="%(class)ss")
    parent_id: UUID | None
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        related_name="replies",
        help_text="The thread's first one; empty: it is that.",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="%(class)ss"
    )
    text = models.TextField(max_length=LONGEST, blank=True)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    edited = models.DateTimeField(null=True)
    resolved = models.DateTimeField(null=True, help_text="Of a thread: since when it is settled.")
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    emptied = models.DateTimeField(
        null=True, help_text="Its words were taken back; the answers to it stay."
    )

    objects: Any  # each has a manager of its own

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(class)s_resolved",
                condition=models.Q(resolved=None) | models.Q(parent=None),
            ),
        )

    def __str__(self) -> str:
        # Staff's lists show it: what people say to one another stays out of them.
        return f"Comment {self.pk}"

    # What each kind says of itself.

    @classmethod
    def visible_to(cls, person: Any) -> CommentQuerySet[Any]:
        """Of what that person sees: in their workspaces, without the trash."""
        raise NotImplementedError

    @property
    def subjects(self) -> dict[str, UUID | None]:
        """The columns of what it can be about; one of them has an id."""
        raise NotImplementedError

    @property
    def thing(self) -> Any:
        """What it is about."""
        raise NotImplementedError

    @property
    def door(self) -> str:
        """The name of the address that reads and takes what is said of that."""
        raise NotImplementedError

    @property
    def page(self) -> str:
        """The name of the page on which it is read, which takes the id of what it is about."""
        raise NotImplementedError

    @property
    def maker_id(self) -> UUID | None:
        """Who made what it is about, and hears of it."""
        raise NotImplementedError

    @property
    def says_whose(self) -> str:
        """In English: what its maker is told, with places for `who` and `words`."""
        raise NotImplementedError

    def announce(self) -> None:
        """Tell open pages that what is said there has changed."""
        raise NotImplementedError

    # What is the same of all.

    @property
    def about(self) -> dict[str, Any]:
        """The column of what it is about, and that thing: one filter of its siblings."""
        return {name: self.thing for name, pk in self.subjects.items() if pk}

    @property
    def subject(self) -> UUID:
        """The id of what it is about."""
        return next(pk for pk in self.subjects.values() if pk)

    @property
    def link(self) -> str:
        address = reverse(self.page, args=[self.workspace.slug, self.subject])
        return f"{address}#comment-{self.pk}"

    @property
    def who(self) -> str:
        return self.author.username if self.author else str(NOBODY)

    def may_edit(self, membership: Membership) -> bool:
        return self.emptied is None and self.author_id == membership.user_id

    def may_remove(self, membership: Membership) -> bool:
        """Whoever wrote it, and the workspace's owner."""
        own = self.author_id == membership.user_id
        return self.emptied is None and (own or membership.may(Action.CHANGE_ALL))

    def may_resolve(self, membership: Membership) -> bool:
        """Whoever works there; who only looks settles what they began."""
        own = self.author_id == membership.user_id
        return self.parent_id is None and (own or membership.may_generate())


NOBODY = gettext_lazy("Somebody who left")
