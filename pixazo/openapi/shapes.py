"""JSON Schema (2020-12) in few words: what doors take and answer."""

from typing import Any

Schema = dict[str, Any]


class Named(dict[str, Any]):
    """A schema with a name of its own in the document; wherever it is used, it is referred to."""

    def __init__(self, name: str, schema: Schema) -> None:
        super().__init__(schema)
        self.name = name


def text(says: str = "", /, **more: Any) -> Schema:
    return _said({"type": "string", **more}, says)


def whole(says: str = "", /, **more: Any) -> Schema:
    return _said({"type": "integer", **more}, says)


def number(says: str = "", /, **more: Any) -> Schema:
    return _said({"type": "number", **more}, says)


def flag(says: str = "", /) -> Schema:
    return _said({"type": "boolean"}, says)


def ident(says: str = "", /) -> Schema:
    return text(says, format="uuid")


def moment(says: str = "", /) -> Schema:
    return text(says, format="date-time")


def url(says: str = "", /) -> Schema:
    return text(says, format="uri")


def choice(*values: str, says: str = "") -> Schema:
    return _said({"type": "string", "enum": list(values)}, says)


def listed(items: Schema, says: str = "", /, **more: Any) -> Schema:
    return _said({"type": "array", "items": items, **more}, says)


def maybe(schema: Schema) -> Schema:
    """Or null."""
    if isinstance(schema, Named) or "enum" in schema or "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema | {"type": [schema["type"], "null"]}


def free(says: str = "", /) -> Schema:
    """An object of whatever names."""
    return _said({"type": "object"}, says)


def thing(name: str, says: str = "", /, *, optional: Any = "", **fields: Schema) -> Named:
    """An object with all of these fields, but for the optional ones (names, a space between)."""
    left_out = optional.split()
    known: Schema = {"type": "object", "properties": fields}
    if required := [field for field in fields if field not in left_out]:
        known["required"] = required
    return Named(name, _said(known, says))


def sent(name: str, says: str = "", /, *, needs: Any = "", **fields: Schema) -> Named:
    """What a client sends: nothing is needed but what is said so (names, a space between)."""
    known: Schema = {"type": "object", "properties": fields}
    if needs:
        known["required"] = needs.split()
    return Named(name, _said(known, says))


def page_of(name: str, items: Schema, /, **more: Schema) -> Schema:
    """A page of a list, as `pixazo/paging.py` makes it."""
    fields = {name: listed(items), "next": maybe(url("The next page; null at the end.")), **more}
    return {"type": "object", "properties": fields, "required": list(fields)}


def _said(schema: Schema, says: str) -> Schema:
    return schema | {"description": says} if says else schema


LIMIT = whole("How many at most.", minimum=1)
CURSOR = text("Where the page begins: from `next` of the page before.")
PAGED: dict[str, Schema] = {"limit": LIMIT, "cursor": CURSOR}
PROBLEM = thing(
    "Problem",
    "Why something is refused (RFC 9457).",
    type=text(),
    title=text("The status in words."),
    status=whole(),
    detail=text("A sentence for people."),
    code=text("A word for programs, which stays."),
    error=thing(
        "Refusal",
        "The same as older addresses answer it.",
        optional="fields",
        code=text(),
        message=text(),
        fields={
            "type": "object",
            "additionalProperties": listed(text()),
            "description": "Sentences about single fields, by their names.",
        },
    ),
)
