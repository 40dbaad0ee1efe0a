"""The public pictures, for pages whose views are not ours."""

from django import template

from workspaces.showcase import ShowcasePicture, pictures

register = template.Library()


@register.filter
def showcase_pictures(count: int) -> tuple[ShowcasePicture, ...]:
    """The first `count` pictures, or none where too few were drawn to fill the place."""
    return pictures()[:count] if len(pictures()) >= count else ()
