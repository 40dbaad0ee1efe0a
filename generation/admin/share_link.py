"""Share links, for staff: who shared what with whoever has the address, and an end to it.

The address itself is not shown: staff need not see what a person gave to others.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from generation.models import ShareLink
from pixazo.admin import ReadOnly


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnly):
    list_display = ("id", "created", "author", "level", "expires", "views", "revoked")
    list_filter = ("level", "created", ("revoked", admin.EmptyFieldListFilter))
    list_select_related = ("author",)
    search_fields = ("=id", "=image__id", "author__username", "author__email")
    fields = (
        "id",
        "image",
        "author",
        "level",
        "has_a_password",
        "expires",
        "views",
        "created",
        "revoked",
    )
    actions = ("revoke",)

    @admin.display(boolean=True, description="password")
    def has_a_password(self, link: ShareLink) -> bool:
        return bool(link.password)

    @admin.action(description="Revoke the chosen links", permissions=["operate"])
    def revoke(self, request: HttpRequest, links: QuerySet[ShareLink]) -> None:
        ended = [link for link in links if link.revoke()]
        for link in ended:
            self.log_change(request, link, "Revoked.")
        self.message_user(request, f"Revoked: {len(ended)}.")
