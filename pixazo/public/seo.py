"""What a public page says of itself to search engines and to those who show a link to it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.functional import Promise

NAME = "Pixazo"


@dataclass(frozen=True)
class Page:
    """`seo` in the context of a public page; base.html makes its tags of it."""

    title: str | Promise
    description: str | Promise
    is_home: bool = False

    @property
    def full_title(self) -> str:
        return f"{NAME} · {self.title}" if self.is_home else f"{self.title} · {NAME}"

    @property
    def linked_data(self) -> dict[str, Any]:
        """schema.org, for the front page."""
        return {
            "@context": "https://schema.org",
            "@type": "WebApplication",
            "name": NAME,
            "url": f"{settings.SITE_URL}/",
            "description": str(self.description),
            "applicationCategory": "DesignApplication",
            "operatingSystem": "Any",
            "browserRequirements": "JavaScript",
            "image": absolute(static("icons/card.jpg")),
            **({"publisher": _publisher()} if settings.OPERATOR else {}),
        }


def _publisher() -> dict[str, str]:
    return {"@type": "Organization", "name": settings.OPERATOR}


def absolute(path: str) -> str:
    """An address of this site in full, as strangers need it; static files may be elsewhere."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"
