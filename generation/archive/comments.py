"""What was said of pictures and requests. Whose words they are is told of the exporter's only:
nobody is named on another site."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from generation.models import PictureComment
from workspaces.archive.arriving import Arrival, add, created_of
from workspaces.archive.errors import Refused
from workspaces.archive.leaving import Leaving
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import Shape, whole
from workspaces.comments import saying
from workspaces.models import Workspace

COMMENT = Shape(PictureComment, "text", "edited", "resolved", "emptied")
ABOUT = {"picture": "pictures", "request": "requests"}


class Comments(Section):
    name, title, rank = "comments", gettext_lazy("Comments"), 75

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        mine = PictureComment.objects.filter(workspace=leaving.workspace).order_by("id")
        for row in mine.iterator():
            about = {"picture": leaving.ref(row.image_id), "request": leaving.ref(row.batch_id)}
            if not any(about.values()):
                continue  # of what is in the trash
            yield {
                "number": leaving.number(self.name, row.pk),
                "created": row.created.isoformat(),
                **about,
                "answers": leaving.ref(row.parent_id),
                "is_mine": row.author_id == leaving.workspace.owner_id,
                **COMMENT.facts(row),
            }

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        fresh = COMMENT.read(row)
        about = [row.get(name) for name in ABOUT]
        if about.count(None) != 1 or (row.get("answers") is not None and fresh.resolved):
            raise Refused.because("json", self.name)
        for name, kind in ABOUT.items():
            arrival.id_of(kind, row.get(name))
        arrival.id_of(self.name, row.get("answers"))
        self._count(row, arrival)
        there = arrival.there(self.name, _there).get((created_of(row), fresh.text))
        if there is None:
            return [Found.NEW]
        arrival.note(self.name, row, there.pk)
        return [Found.SAME]

    def _count(self, row: Facts, arrival: Arrival) -> None:
        """No more of one thing than people may say of it."""
        about = next((kind, row[name]) for name, kind in ABOUT.items() if row.get(name) is not None)
        numbers = arrival.cached.setdefault("said", {}).setdefault(about, set())
        numbers.add(whole(row.get("number")))
        if len(numbers) > saying.MOST:
            raise Refused.because("rows", self.name)

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        heads = arrival.cached.get(self.name)
        if heads is None:
            known = arrival.there(self.name, _there).values()
            heads = {
                each.pk: each.image_id or each.batch_id for each in known if not each.parent_id
            }
            arrival.cached[self.name] = heads
        new, created = [], {}
        for row in rows:
            if self.judge(row, arrival)[0] is not Found.NEW:
                continue
            fresh = COMMENT.read(row, workspace=arrival.place)
            fresh.image_id = arrival.id_of("pictures", row.get("picture"))
            fresh.batch_id = arrival.id_of("requests", row.get("request"))
            about = fresh.image_id or fresh.batch_id
            if about is None:
                continue  # its picture has not come
            fresh.author = arrival.person if row.get("is_mine") is True else None
            if row.get("answers") is not None:
                fresh.parent_id = arrival.id_of(self.name, row["answers"])
                if heads.get(fresh.parent_id) != about:
                    continue  # what it answers is not here, or about something else
            fresh.pk = arrival.new_id(self.name, created_of(row))
            created[fresh.pk] = created_of(row)
            arrival.note(self.name, row, fresh.pk)
            if fresh.parent_id is None:
                heads[fresh.pk] = about
            new.append(fresh)
        add(new, created)


def _there(workspace: Workspace) -> dict[Any, Any]:
    rows = PictureComment.objects.filter(workspace=workspace)
    known = rows.only("created", "text", "image", "batch", "parent")
    return {(row.created, row.text): row for row in known}
