"""Errors that a person may read, raised where a rule is broken. Each door has its own words."""

RETRY_SECONDS = 5  # after which who was told 503 may ask again


class UserError(Exception):
    """A refusal in one plain sentence, with a stable code and the HTTP status it means.

    `fields` maps the names of a form's fields to their own sentences, where there are any;
    `retry_after` is in how many seconds the same may be asked again with better luck.
    """

    code = "refused"
    status = 400

    def __init__(
        self,
        sentence: str,
        *,
        code: str | None = None,
        status: int | None = None,
        fields: dict[str, list[str]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code
        self.status = status or self.status
        self.fields = fields or {}
        # What is not there for the moment says when to come back.
        self.retry_after = retry_after or (RETRY_SECONDS if self.status == 503 else None)

    def as_dict(self) -> dict[str, object]:
        """The body that every JSON door answers with."""
        error: dict[str, object] = {"code": self.code, "message": self.sentence}
        if self.fields:
            error["fields"] = self.fields
        return {"error": error}
