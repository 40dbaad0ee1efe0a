from workspaces.models.archive_job import ArchiveJob
from workspaces.models.deed import Deed
from workspaces.models.draft import Draft
from workspaces.models.former_slug import FormerSlug
from workspaces.models.invitation import Invitation
from workspaces.models.membership import Membership
from workspaces.models.resting import RestingMembership
from workspaces.models.saved_prompt import SavedPrompt
from workspaces.models.scoped import Scope
from workspaces.models.style import Style
from workspaces.models.theme import Theme
from workspaces.models.topic import Topic
from workspaces.models.word_list import WordList
from workspaces.models.workspace import Workspace

__all__ = [
    "ArchiveJob",
    "Deed",
    "Draft",
    "FormerSlug",
    "Invitation",
    "Membership",
    "RestingMembership",
    "SavedPrompt",
    "Scope",
    "Style",
    "Theme",
    "Topic",
    "WordList",
    "Workspace",
]
