"""That a person opened a page, by the page's name: for reports of what people use. No address, no
browser, no id of anything; kept for some weeks, and not at all of those who don't want it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.timezone import now


class PageViewQuerySet(models.QuerySet["PageView"]):
    def old(self) -> "PageViewQuerySet":
        return self.filter(at__lt=now() - timedelta(days=settings.PAGE_VIEW_DAYS))


class PageView(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="page_views")
    page = models.CharField(max_length=60, help_text="The name of its address, such as gallery.")
    at = models.DateTimeField(help_text="The beginning of the hour (UTC).")

    objects = PageViewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["at", "page", "user"], name="page_view_once_an_hour"),
        )

    def __str__(self) -> str:
        return f"{self.page} {self.at:%Y-%m-%d %H}"
