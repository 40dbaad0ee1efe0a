"""Muon: momentum whose matrix updates are made orthogonal (https://kellerjordan.github.io/posts/muon/).

Learns our small networks in markedly fewer steps than AdamW; the README has the comparison.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from tools.starter_model.team import Team

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # the coefficients of the post above
MOMENTUM = 0.95


class Muon(torch.optim.Optimizer):
    """For weights of two or more axes; the learning rate is of the size that AdamW takes."""

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        lr: float,
        decay: float = 0.01,
        team: Team | None = None,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "decay": decay})
        self.team = team or Team()

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            updates = [self._update(weight) for weight in weights]
            # The team's members make every so-manyth update orthogonal, and pass them around.
            for number, update in enumerate(updates):
                mine = number % self.team.size == self.team.rank
                updates[number] = orthogonal(update) if mine else torch.zeros_like(update)
            self.team.add_up(updates)
            for weight, update in zip(weights, updates, strict=True):
                # 0.2 sqrt(longer side) gives the update the root mean square of AdamW's.
                size = group["lr"] * 0.2 * math.sqrt(max(update.shape))
                weight.mul_(1 - group["lr"] * group["decay"])
                weight.add_(update.reshape(weight.shape), alpha=-size)

    def _update(self, weight: nn.Parameter) -> Tensor:
        """The gradient with Nesterov's momentum, as a matrix."""
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        state["momentum"].lerp_(weight.grad, 1 - MOMENTUM)
        return weight.grad.lerp(state["momentum"], MOMENTUM).reshape(len(weight), -1)


def orthogonal(matrix: Tensor) -> Tensor:
    """The matrix with its singular values brought near 1, by five Newton-Schulz steps."""
    tall = matrix.shape[0] > matrix.shape[1]
    found = matrix.T if tall else matrix
    found = found / (found.norm() + 1e-7)
    first, third, fifth = NEWTON_SCHULZ
    for _ in range(5):
        square = found @ found.T
        found = first * found + (third * square + fifth * (square @ square)) @ found
    return found.T if tall else found


def optimisers(
    modules: Iterable[nn.Module],
    lr: float,
    plain: Iterable[nn.Parameter] = (),
    team: Team | None = None,
) -> list[torch.optim.Optimizer]:
    """Muon for the inner matrices, AdamW for the rest and for the `plain` ones."""
    outside = {id(p) for p in plain}
    inner, rest = [], []
    for module in modules:
        for weight in module.parameters():
            if weight.requires_grad:
                plainly = id(weight) in outside or weight.ndim < 2
                (rest if plainly else inner).append(weight)
    return [
        Muon(inner, lr=lr, team=team),
        torch.optim.AdamW(rest, lr=lr, betas=(0.9, 0.98), weight_decay=0.01),
    ]
