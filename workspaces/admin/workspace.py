"""Workspaces, for staff: whose they are and who works there. Their owners look after them."""

from django.contrib import admin
from django.http import HttpRequest

from pixazo.admin import MembersPage, ReadOnly, ReadOnlyRows
from workspaces.models import Membership, Topic, Workspace


class Members(ReadOnlyRows):
    model = Membership
    fields = ("user", "role", "created")
    show_change_link = False


class Topics(ReadOnlyRows):
    model = Topic
    fields = ("name", "created")
    show_change_link = False


@admin.register(Workspace)
class WorkspaceAdmin(MembersPage, ReadOnly):
    list_display = ("name", "slug", "owner", "created", "last_used", "deleted")
    list_filter = ("created", "last_used", "deleted")
    list_select_related = ("owner",)
    search_fields = ("name", "slug", "owner__username", "owner__email")
    fields = ("name", "slug", "owner", "description", "created", "last_used", "deleted")
    inlines = (Members, Topics)

    def members_page(self, request: HttpRequest, obj: Workspace) -> str | None:
        return page_of(request, obj)


def page_of(request: HttpRequest, workspace: Workspace) -> str | None:
    """The workspace's page, for its members."""
    member = Workspace.objects.visible_to(request.user).filter(pk=workspace.pk).exists()
    return workspace.get_absolute_url() if member else None
