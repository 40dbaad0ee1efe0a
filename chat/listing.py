"""What a provider says that it has becomes rows, off until staff have looked at them."""

from dataclasses import dataclass

from chat.llm import models_of
from chat.models import ChatModel, ChatProvider

MOST = 500


@dataclass(frozen=True)
class Found:
    added: int
    gone: int

    def __str__(self) -> str:
        return f"{self.added} new models, {self.gone} no longer there."


def sync(provider: ChatProvider) -> Found:
    """Raises `ChatProblem` where the provider's list can't be read."""
    names = models_of(provider)[:MOST]
    there = {row.asked_as: row for row in provider.models.all()}
    new = [name for name in names if name not in there]
    taken = set(ChatModel.objects.values_list("slug", flat=True))
    last = provider.models.order_by("-position").first()
    position = last.position + 1 if last else 0
    for name in new:
        slug = name if name not in taken else f"{provider.slug}/{name}"
        ChatModel.objects.get_or_create(
            slug=slug[:100],
            defaults={
                "name": name[:100],
                "upstream_name": "" if slug == name else name,
                "provider": provider,
                "enabled": False,
                "position": position,
            },
        )
    mine = provider.models
    back = [row.pk for name, row in there.items() if name in names]
    mine.filter(pk__in=back, gone=True).update(gone=False)
    gone = mine.exclude(pk__in=back).filter(slug__in=[row.slug for row in there.values()])
    return Found(len(new), gone.update(gone=True))
