"""The language models among `/v1/models`."""

from typing import Any

from chat.models import ChatModel
from pixazo.openai_form.listing import entry


def listed(person: Any) -> list[dict[str, Any]]:
    models = ChatModel.objects.usable_by(person)
    return [
        entry(model.slug, model.created, model.provider.slug, name=model.name, kind="chat")
        for model in models
    ]
