"""What a service says it has."""

import re

from generation.providers.errors import BadAnswer
from generation.providers.remote.asking import Account, ask

# Lists don't say which models draw; their names do.
DRAWS = re.compile(
    r"image|imagine|dall-?e|diffusion|\bsd[x\d-]|sdxl|flux|pixart|sana|kandinsky|hidream|qwen-image",
    re.IGNORECASE,
)
MOST = 500


def image_models(account: Account) -> list[str]:
    """The names of its models that draw, by their names. Raises a `ProviderError`."""
    url = f"{account.base_url}/models"
    answer = ask(account, "GET", url, account.headers, seconds=30.0)
    rows = answer.get("data")
    if not isinstance(rows, list):
        raise BadAnswer(f"No list of models: {str(answer)[:500]}")
    names = [row.get("id") for row in rows[:MOST] if isinstance(row, dict)]
    return sorted(
        name for name in names if isinstance(name, str) and len(name) <= 300 and DRAWS.search(name)
    )
