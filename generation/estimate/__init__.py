"""The one place where people are told how long it takes: pages and programs ask here (D1, W4).

A range, never a point. The first one that is told is kept with the job, and how often the first
ranges held is published.
"""

from generation.estimate.held import accuracy, forget
from generation.estimate.telling import tell, together
from generation.estimate.told import Told

__all__ = ["Told", "accuracy", "forget", "tell", "together"]
