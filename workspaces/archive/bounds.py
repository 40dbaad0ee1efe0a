"""How many rows an archive may hold: each is judged, and written in one transaction."""

from collections.abc import Mapping

# Where a workspace has a limit, as many.
MOST_ROWS = {
    "themes": 500,
    "styles": 500,
    "prompts": 2_000,
    "lists": 200,
    "topics": 1_000,
    "uploads": 1_000,
    "requests": 20_000,
}
MOST_OTHER_ROWS, MOST_ROWS_IN_ALL = 50_000, 100_000


def too_many(counts: Mapping[str, int]) -> str:
    """The section that has more than may be, or the largest where all together are too many; "" if
    they are few enough."""
    for section, count in counts.items():
        if count > MOST_ROWS.get(section, MOST_OTHER_ROWS):
            return section
    if sum(counts.values()) <= MOST_ROWS_IN_ALL:
        return ""
    return max(counts, key=lambda section: counts[section])
