"""Under `/api/` alone: doors by the names that they had before `/api/v1/`, which gives them others,
and by those of the sources that differ in no more (`aliases/` has the others). (C17)"""

from django.urls import path

from generation.api import comments, prompts
from generation.api.image import Picture
from generation.api.status import Status
from generation.api.verify import Verify

urlpatterns = [
    path("status/<uuid:job_id>", Status.as_view(), name="api_status"),
    path("image/<uuid:image_id>", Picture.as_view(), name="api_image"),
    path("image/<uuid:image_id>/verify", Verify.as_view(), name="api_verify"),
    path("image/<uuid:pk>/comments", comments.OfImage.as_view(), name="api_image_comments"),
    # As the workspace's source calls them (S047-S049).
    path(
        "workspaces/<str:workspace>/saved-prompts",
        prompts.OfWorkspace.as_view(),
        name="source_prompts",
    ),
    path("saved-prompts/<uuid:pk>", prompts.PromptDoor.as_view(), name="source_prompt"),
]
