"""The rooms' pages for staff; importing them registers them."""

from workspaces.admin import library, workspace
from workspaces.admin.workspace import page_of

__all__ = ["library", "page_of", "workspace"]
