"""What programs are told that come to `/mcp` without a key (RFC 9728): which keys it takes.

No authorization server is named, as there is none: keys are made on the page "API keys".
"""

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from pixazo.scopes import SCOPES


@require_GET
def metadata(request: HttpRequest) -> JsonResponse:
    if not settings.MCP:
        raise Http404
    return JsonResponse(
        {
            "resource": f"{settings.SITE_URL}/mcp",
            "resource_name": "Pixazo",
            "resource_documentation": settings.SITE_URL + reverse("api_keys"),
            "scopes_supported": list(SCOPES),
            "bearer_methods_supported": ["header"],
        }
    )
