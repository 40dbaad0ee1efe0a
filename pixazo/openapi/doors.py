"""`/api/v1/openapi.json` and `.yaml`: the document; `/api/v1/docs/`: a page to read it and try."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from pixazo.api import Door, path_of
from pixazo.etags import etag
from pixazo.openapi.document import document


class YamlRenderer(BaseRenderer):
    media_type = "application/yaml"
    format = "yaml"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        import yaml

        # The library's own C takes a tenth of the second that its Python takes.
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text: str = yaml.dump(_plain(data), Dumper=dumper, sort_keys=False, allow_unicode=True)
        return text.encode()


class OpenApi(Door):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        told = document()
        headers = {"ETag": etag(told), "Cache-Control": "public, max-age=60"}
        return Response(told, headers=headers)


class OpenApiYaml(OpenApi):
    renderer_classes = [YamlRenderer]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    addresses = {
        "document": path_of("api_openapi", v1=True),
        "document_as_yaml": path_of("api_openapi_yaml", v1=True),
    }
    return render(request, "openapi.html", addresses)


def _plain(value: Any) -> Any:
    """YAML knows neither lazy texts nor words of an enumeration."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float | None) else str(value)
