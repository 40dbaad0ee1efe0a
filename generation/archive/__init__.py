"""What this room puts into a workspace's archive, and takes from one (`docs/archive.md`)."""

from generation.archive.comments import Comments
from generation.archive.experiments import Cells, Experiments, Votes
from generation.archive.requests import Requests
from generation.archive.uploads import Uploads

ALL = (Uploads(), Requests(), Comments(), Experiments(), Cells(), Votes())

__all__ = ["ALL"]
