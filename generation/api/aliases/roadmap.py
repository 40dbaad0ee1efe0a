"""The roadmap's word for an order, `POST /api/images/generate` (S197).

Its workspaces, chats, prompts and all else of pictures are our own doors under `/api/`.
"""

from generation.api.aliases.door import AliasDoor
from generation.api.generate import Generate


class RoadmapGenerate(AliasDoor, Generate):
    successor = "generate"
