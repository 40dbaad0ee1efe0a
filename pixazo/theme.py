"""Dark, light or as the browser has it: what a page is drawn in, before any script runs."""

from django.http import HttpRequest

COOKIE = "theme"  # written by static/js/theme-choice.js, over HTTPS with a prefix
THEMES = ("dark", "light", "system")  # the first where nothing was chosen


def from_cookie(request: HttpRequest) -> str:
    """What this browser was told last: for visitors, and for pages without a database."""
    theme = request.COOKIES.get(f"__Host-{COOKIE}") or request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else THEMES[0]
