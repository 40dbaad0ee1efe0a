"""Where the sources' clients look. What is ours already stays ours: docs/aliases.md."""

from django.urls import path

from generation.api.aliases import cyber, dragon, grok, playground
from generation.api.aliases.roadmap import RoadmapGenerate
from generation.api.aliases.workspace_form import WorkspaceGenerate

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
    path("api/images/generate", RoadmapGenerate.as_view(), name="roadmap_generate"),
    path(
        "workspaces/<str:workspace>/generate",
        WorkspaceGenerate.as_view(),
        name="workspace_form",
    ),
    path(
        "api/workspaces/<str:workspace>/generate",
        WorkspaceGenerate.as_view(),
        name="source_workspace_form",
    ),
    # Dragon Wings' that were free under /api/, and all of them where its clients have a base.
    path("api/generate_img2img", dragon.FromAPicture.as_view(), name="dragon_img2img_api"),
    path("api/generate_inpaint", dragon.Inpainting.as_view(), name="dragon_inpaint_api"),
    path("api/loras", dragon.Loras.as_view(), name="dragon_loras_api"),
    path("api/loras/<str:key>", dragon.OneLora.as_view(), name="dragon_lora_api"),
    path("dragon-wings/", dragon.Root.as_view(), name="dragon_root"),
    path("dragon-wings/api/health", dragon.Health.as_view(), name="dragon_health"),
    path("dragon-wings/api/models", dragon.Models.as_view(), name="dragon_models"),
    path("dragon-wings/api/loras", dragon.Loras.as_view(), name="dragon_loras"),
    path("dragon-wings/api/loras/<str:key>", dragon.OneLora.as_view(), name="dragon_lora"),
    path("dragon-wings/api/generate", dragon.Generate.as_view(), name="dragon_generate"),
    path(
        "dragon-wings/api/generate_img2img",
        dragon.FromAPicture.as_view(),
        name="dragon_img2img",
    ),
    path("dragon-wings/api/generate_inpaint", dragon.Inpainting.as_view(), name="dragon_inpaint"),
    path("dragon-wings/api/status/<uuid:pk>", dragon.Status.as_view(), name="dragon_status"),
    path("cyberimage/api/models", cyber.Models.as_view(), name="cyber_models"),
    path("cyberimage/api/generate", cyber.Generate.as_view(), name="cyber_generate"),
    path("cyberimage/api/status/<uuid:pk>", cyber.Status.as_view(), name="cyber_status"),
    path("cyberimage/api/get_image/<uuid:pk>", cyber.Picture.as_view(), name="cyber_picture"),
    path("cyberimage/api/image/<uuid:pk>", cyber.OneImage.as_view(), name="cyber_image"),
    path(
        "cyberimage/api/image/<uuid:pk>/metadata", cyber.Metadata.as_view(), name="cyber_metadata"
    ),
    path("cyberimage/api/queue", cyber.Queue.as_view(), name="cyber_queue"),
    path("cyberimage/api/gallery", cyber.Gallery.as_view(), name="cyber_gallery"),
]
