from django.urls import path

from generation.api.health import Health
from generation.api.image import Picture
from generation.api.models import Models
from generation.api.root import Root

urlpatterns = [
    path("", Root.as_view(), name="api"),
    path("health", Health.as_view(), name="api_health"),
    path("models", Models.as_view(), name="api_models"),
    path("image/<uuid:image_id>", Picture.as_view(), name="api_image"),
]
