"""Where the sources' clients fetch what is named: with the key they have."""

from django.urls import reverse

from generation.models import Image
from pixazo.api import DoorRequest


def image_url(request: DoorRequest, image: Image) -> str:
    return request.build_absolute_uri(reverse("api_image", args=[image.pk]))
