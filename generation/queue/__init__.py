"""The only place that decides which job is drawn next, and what its place in line is.

People take turns by start-time fair queueing (docs/queue.md, decision 6): whoever has been served
least for the weight of their plan is next, however much anybody has asked for.
"""

from generation.queue.claims import claim
from generation.queue.front import move_to_front, put_first
from generation.queue.line import admit_forgotten
from generation.queue.pauses import end_of_patience, is_paused, pause, resume
from generation.queue.places import Place, places, places_of
from generation.queue.report import report

__all__ = [
    "Place",
    "admit_forgotten",
    "claim",
    "end_of_patience",
    "is_paused",
    "move_to_front",
    "pause",
    "places",
    "places_of",
    "put_first",
    "report",
    "resume",
]
