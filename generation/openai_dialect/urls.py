from django.urls import path

from generation.openai_dialect.edits import Edits
from generation.openai_dialect.files import PictureFile
from generation.openai_dialect.generations import Generations
from generation.openai_dialect.variations import Variations

urlpatterns = [
    path("images/generations", Generations.as_view(), name="openai_generations"),
    path("images/edits", Edits.as_view(), name="openai_edits"),
    path("images/variations", Variations.as_view(), name="openai_variations"),
    path("images/files/<uuid:image_id>", PictureFile.as_view(), name="openai_file"),
]
