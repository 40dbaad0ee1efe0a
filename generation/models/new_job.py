"""What is known of a job that has just been written, without a row's being read back."""

from dataclasses import dataclass
from uuid import UUID

from billing.units import Units
from generation.models.states import State


@dataclass(frozen=True, slots=True)
class NewJob:
    """It waits, and nothing has happened to it yet."""

    pk: UUID
    batch_id: UUID
    index: int
    seed: int
    units: Units

    @property
    def state(self) -> State:
        return State.QUEUED
