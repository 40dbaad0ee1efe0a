from workspaces.models.membership import Membership
from workspaces.models.topic import Topic
from workspaces.models.workspace import Workspace

__all__ = ["Membership", "Topic", "Workspace"]
