from django.urls import path

from pixazo.openapi.doors import OpenApi, OpenApiYaml, docs

urlpatterns = [
    path("openapi.json", OpenApi.as_view(), name="api_openapi"),
    path("openapi.yaml", OpenApiYaml.as_view(), name="api_openapi_yaml"),
    path("docs/", docs, name="api_docs"),
]
