from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pixazo.watching.watcher import may_look_inside


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. It touches nothing: what it stands on is `/readyz`'s to say."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text. Whoever may not see it learns no more than that."""
    if not may_look_inside(request):
        return HttpResponse("Not for you.\n", status=403, content_type="text/plain; charset=utf-8")
    from pixazo.watching import families

    return HttpResponse(families.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
