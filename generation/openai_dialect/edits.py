"""`POST /v1/images/edits`: a picture from others, as a multipart form. The first is worked from;
a model that takes more looks at the rest."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser

from generation.api.form_body import body_of
from generation.api.generate import fingerprints
from generation.openai_dialect import wording
from generation.openai_dialect.generations import waited_for
from generation.openai_dialect.order import order
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.openai_form.door import OpenAIDoor
from pixazo.scopes import GENERATE

# A client sends one file by the first name, and several by the second.
IMAGES = ("image", "image[]")


class Edits(OpenAIDoor):
    """`mask`: a PNG of the same size; what is transparent in it is drawn anew."""

    scopes = {"POST": GENERATE}
    parser_classes: list[Any] = [MultiPartParser]

    def post(self, request: DoorRequest) -> HttpResponseBase:
        body = body_of(request)
        files: Any = request.FILES
        images = [file for name in IMAGES for file in files.getlist(name)]
        masks = files.getlist("mask")
        if not images:
            sentence = _("Send the picture to work from as the file `image`.")
            raise UserError(sentence, code="invalid", fields={"image": [sentence]})
        pictures: dict[str, Any] = {"source": images[0], "references": images[1:]}
        if masks:
            pictures["mask"] = masks[0]
        fields = {
            name: value
            for name, value in body.items()
            if name not in (*IMAGES, "mask") and not isinstance(value, UploadedFile)
        }
        asked = wording.read(fields)
        batch = order(request, asked, {**fields, **fingerprints(pictures)}, pictures)
        return waited_for(request, asked, batch, "image_edit")
