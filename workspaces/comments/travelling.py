"""What comments of any kind put into an archive, and take from one. Whose words they are is told of
the exporter's only: nobody is named on another site."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

from workspaces.archive.arriving import Arrival, add, created_of
from workspaces.archive.errors import Refused
from workspaces.archive.leaving import Leaving
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import Shape, whole
from workspaces.comments import saying
from workspaces.models import Workspace
from workspaces.models.comment import Comment

FIELDS = ("text", "edited", "resolved", "emptied")


class CommentSection(Section):
    kind: ClassVar[type[Comment]]
    # What a row calls it -> the section of what it is about, and the column here.
    about: ClassVar[dict[str, tuple[str, str]]]

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        mine = self.kind.objects.filter(workspace=leaving.workspace).order_by("id")
        for row in mine.iterator():
            about = {
                name: leaving.ref(getattr(row, column)) for name, (_, column) in self.about.items()
            }
            if not any(about.values()):
                continue  # of what is in the trash
            yield {
                "number": leaving.number(self.name, row.pk),
                "created": row.created.isoformat(),
                **about,
                "answers": leaving.ref(row.parent_id),
                "is_mine": row.author_id == leaving.workspace.owner_id,
                **self._shape.facts(row),
            }

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        fresh = self._shape.read(row)
        about = [row.get(name) for name in self.about]
        if len(about) - about.count(None) != 1 or (
            row.get("answers") is not None and fresh.resolved
        ):
            raise Refused.because("json", self.name)
        for name, (section, _) in self.about.items():
            arrival.id_of(section, row.get(name))
        arrival.id_of(self.name, row.get("answers"))
        self._count(row, arrival)
        there = arrival.there(self.name, self._there).get((created_of(row), fresh.text))
        if there is None:
            return [Found.NEW]
        arrival.note(self.name, row, there.pk)
        return [Found.SAME]

    def _count(self, row: Facts, arrival: Arrival) -> None:
        """No more of one thing than people may say of it."""
        about = next((name, row[name]) for name in self.about if row.get(name) is not None)
        numbers = arrival.cached.setdefault("said", {}).setdefault(about, set())
        numbers.add(whole(row.get("number")))
        if len(numbers) > saying.MOST:
            raise Refused.because("rows", self.name)

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        heads = arrival.cached.get(self.name)
        if heads is None:
            known = arrival.there(self.name, self._there).values()
            heads = {each.pk: self._about(each) for each in known if not each.parent_id}
            arrival.cached[self.name] = heads
        new, created = [], {}
        for row in rows:
            if self.judge(row, arrival)[0] is not Found.NEW:
                continue
            fresh = self._shape.read(row, workspace=arrival.place)
            for name, (section, column) in self.about.items():
                setattr(fresh, column, arrival.id_of(section, row.get(name)))
            about = self._about(fresh)
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

    @property
    def _shape(self) -> Shape:
        return Shape(self.kind, *FIELDS)

    def _about(self, row: Comment) -> UUID | None:
        """Also of a row whose picture has not come."""
        return next(filter(None, (getattr(row, column) for _, column in self.about.values())), None)

    def _there(self, workspace: Workspace) -> dict[Any, Any]:
        rows = self.kind.objects.filter(workspace=workspace)
        known = rows.only("created", "text", "parent", *(each for _, each in self.about.values()))
        return {(row.created, row.text): row for row in known}
