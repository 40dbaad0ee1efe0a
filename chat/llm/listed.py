"""What a provider says that it has."""

from chat.llm import problems
from chat.llm.calling import answered, authorized
from chat.llm.keys import trusted_of
from chat.models import ChatProvider
from pixazo import outgoing

SECONDS = 30.0
LIMIT_BYTES = 4 * 1024 * 1024
LONGEST = 200  # characters of a name


def models_of(provider: ChatProvider) -> list[str]:
    """The names of its models, in its order. Raises `ChatProblem`."""
    if not provider.address:
        raise problems.ChatOff
    try:
        answer = outgoing.call(
            "GET",
            f"{provider.address}/models",
            headers=authorized(provider),
            limit_bytes=LIMIT_BYTES,
            seconds=SECONDS,
            inside=trusted_of(provider),
        )
    except outgoing.Refused as refused:
        raise problems.of_refusal(refused) from None
    data = answered(provider, answer)
    rows = data.get("data") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise problems.garbled(f"No list of models: {problems.words_of(data)}")
    names = [row.get("id") for row in rows if isinstance(row, dict)]
    fine = [name for name in names if isinstance(name, str) and 0 < len(name) <= LONGEST]
    return list(dict.fromkeys(fine))
