"""What a door fills in where nothing was sent, made to fit the model: its own clients never said
these numbers, so no refusal may blame them."""

from collections.abc import Mapping
from typing import Any

from generation.contract import Contract

SIDES = {"width", "height"}


def fitting(
    contract: Contract, defaults: Mapping[str, Any], sent: Mapping[str, Any]
) -> dict[str, Any]:
    """Of the defaults what the model has a use for, as near as it comes to them."""
    found = {
        name: _near(contract, name, value) for name, value in defaults.items() if name not in sent
    }
    has_picture = "source" in sent
    if has_picture or not _has_size(contract, found | dict(sent)):
        found = {name: value for name, value in found.items() if name not in SIDES}
    return {name: value for name, value in found.items() if value is not None}


def _near(contract: Contract, name: str, value: Any) -> Any:
    parameter = contract.parameters.get(name)
    if parameter is None:
        return value
    if parameter.fixed or not parameter.used:
        return None
    near = parameter.nearest(value)
    return int(near) if parameter.is_whole else near


def _has_size(contract: Contract, values: Mapping[str, Any]) -> bool:
    """Some models know but a few sizes: then the default is theirs."""
    return not contract.sizes or (values.get("width"), values.get("height")) in contract.sizes
