"""What the collector removed, for staff: when, how much of what, and how much room it made."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from generation.models import Clearance
from pixazo.admin import ReadOnly


@admin.register(Clearance)
class ClearanceAdmin(ReadOnly):
    list_display = ("created", "rows", "files", "freed", "what")
    list_filter = ("created",)
    fields = ("created", "seconds", "rows", "files", "freed", "what")

    @admin.display(description="room made", ordering="bytes")
    def freed(self, clearance: Clearance) -> str:
        return filesizeformat(clearance.bytes)

    @admin.display(description="what")
    def what(self, clearance: Clearance) -> SafeString:
        return format_html_join(
            "",
            "<div>{}: {} rows, {} files, {}</div>",
            (
                (words, each.rows, each.files, filesizeformat(each.bytes))
                for words, each in clearance.lines
            ),
        )
