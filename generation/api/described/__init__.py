"""What this room's doors take and answer: one file for each kind of them."""

from collections.abc import Iterator

from generation.api.described import (
    about,
    archives,
    experiments,
    library,
    orders,
    people,
    pictures,
    topics,
)
from generation.models import ImageModel
from pixazo.openapi.operation import Operations
from pixazo.openapi.shapes import Named

OPERATIONS: Operations = {
    **about.OPERATIONS,
    **orders.OPERATIONS,
    **pictures.OPERATIONS,
    **topics.OPERATIONS,
    **library.OPERATIONS,
    **people.OPERATIONS,
    **experiments.OPERATIONS,
    **archives.OPERATIONS,
}


def more() -> Iterator[Named]:
    """What each model takes, from its contract (D9): of those that everybody may know of."""
    for model in ImageModel.objects.usable_by_newcomers().order_by("position", "name"):
        schema = model.contract.json_schema()
        schema.pop("$schema")
        title = {"title": model.name, "description": f"An order for `{model.slug}`."}
        yield Named(f"Order_{model.slug}", title | schema)
