"""Where the sources' clients look. What is ours already stays ours: docs/aliases.md."""

from django.urls import path

from generation.api.aliases import grok, playground

# Under the site's root.
urlpatterns = [
    path("v1/generate/sdxl", grok.Sdxl.as_view(), name="grok_sdxl"),
    path("v1/generate/flux", grok.Flux.as_view(), name="grok_flux"),
    path("api/image-playground/topics", playground.Topics.as_view(), name="playground_topics"),
    path(
        "api/image-playground/topics/<uuid:pk>",
        playground.OneTopic.as_view(),
        name="playground_topic",
    ),
    path("api/image-playground/batches", playground.Batches.as_view(), name="playground_batches"),
    path(
        "api/image-playground/batches/<uuid:pk>",
        playground.OneBatch.as_view(),
        name="playground_batch",
    ),
    path(
        "api/image-playground/generate", playground.Generate.as_view(), name="playground_generate"
    ),
    path(
        "api/image-playground/status/<uuid:pk>",
        playground.Status.as_view(),
        name="playground_status",
    ),
    path(
        "api/image-playground/generations/<uuid:pk>",
        playground.OneGeneration.as_view(),
        name="playground_generation",
    ),
]
