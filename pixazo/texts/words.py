"""Words that stand inside a sentence."""

from django.utils.translation import get_language

# German writes nouns with a capital wherever they stand.
CAPITALS = {"de"}


def within(label: str) -> str:
    """A label, as it is written within a sentence: "Steps" -> "steps"."""
    return label if (get_language() or "")[:2] in CAPITALS else label.lower()
