"""What people did in a workspace besides changing rows, as its history tells of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workspaces.history.kinds import GROUPS, Group
from workspaces.models import Deed, Workspace
from workspaces.models.comment import NOBODY

GONE = "gone"  # whose account is no longer there


@dataclass(frozen=True)
class Done:
    deed: Deed

    @property
    def kind(self) -> Group:
        return GROUPS["pictures" if self.deed.kind in Deed.OF_PICTURES else "people"]

    @property
    def who(self) -> str:
        return self.deed.by.username if self.deed.by else str(NOBODY)

    @property
    def moment(self) -> datetime:
        return self.deed.done

    @property
    def sentence(self) -> str:
        known = {
            "whom": self.deed.whom.username if self.deed.whom else str(NOBODY),
            "role": self.deed.get_role_display(),
            "count": self.deed.count,
        }
        return _words(self.deed) % known


def deeds(workspace: Workspace, kind: str, person: object) -> QuerySet[Deed]:
    """Of one group, or of all; by or about one person, or by whoever has no account any more."""
    rows = workspace.deeds.select_related("by", "whom")
    if kind in GROUPS:
        is_of_pictures = Q(kind__in=Deed.OF_PICTURES)
        rows = rows.filter(is_of_pictures if kind == "pictures" else ~is_of_pictures)
    if person == GONE:
        return rows.filter(by=None)
    return rows.filter(Q(by=person) | Q(whom=person)) if person else rows


def _words(deed: Deed) -> str:
    kinds = Deed.Kind
    match deed.kind:
        case kinds.INVITED:
            return _("An invitation was sent (%(role)s)")
        case kinds.WITHDREW:
            return _("An invitation was withdrawn")
        case kinds.CAME:
            return _("%(whom)s works here now (%(role)s)")
        case kinds.ROLE:
            return _("%(whom)s may do something else now (%(role)s)")
        case kinds.OUT:
            return _("%(whom)s was taken out")
        case kinds.LEFT:
            return _("%(whom)s has left")
        case kinds.HANDED:
            return _("%(whom)s owns the workspace now")
        case kinds.THROWN:
            return ngettext(
                "%(count)s picture was thrown away",
                "%(count)s pictures were thrown away",
                deed.count,
            )
        case kinds.BACK:
            return ngettext(
                "%(count)s picture was taken out of the trash",
                "%(count)s pictures were taken out of the trash",
                deed.count,
            )
        case _:
            return ngettext(
                "%(count)s picture was deleted for good",
                "%(count)s pictures were deleted for good",
                deed.count,
            )
