"""What is wrong with a template, in a sentence for whoever wrote it."""

from pixazo.errors import UserError


class TemplateError(UserError):
    code = "bad_template"
    status = 422

    def __init__(self, sentence: str, *, field: str = "prompt") -> None:
        super().__init__(sentence, fields={field: [sentence]})
