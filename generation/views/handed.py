"""A picture for a service elsewhere: the signature is the permission, and soon over."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from generation import handed as pictures
from generation.serving import read


@require_safe
def handed(request: HttpRequest, token: str) -> HttpResponse:
    key = pictures.key_of(token)
    if key is None:
        raise Http404
    return HttpResponse(
        read(key),
        headers={
            "Content-Type": "image/png",
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
