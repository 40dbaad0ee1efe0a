from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. It touches nothing: what it stands on is `/readyz`'s to say."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
