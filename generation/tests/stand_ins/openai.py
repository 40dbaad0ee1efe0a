"""An image API of OpenAI's form, or of xAI's."""

import base64
import io

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from django.test import RequestFactory

from generation.tests.stand_ins.server import Reply, StandIn, picture

KEY = "sk-key-of-the-tests"


class OpenAI(StandIn):
    """`media` is where pictures lie if it answers with addresses."""

    def __init__(self, media=None):
        super().__init__()
        self.media = media
        self.behaviour = None
        self.models = ["gpt-image-1.5", "gpt-5.2", "grok-imagine-image", "whisper-2"]
        self.key = KEY

    @property
    def url(self):
        return f"{super().url}/v1"

    def answer(self, asked, connection):
        if self.key and asked.headers.get("authorization") != f"Bearer {self.key}":
            return self.error("Incorrect API key provided.", "invalid_api_key", 401)
        if callable(self.behaviour):
            return self.behaviour(asked, connection)
        if self.behaviour:
            return self.behaviour
        if asked.path == "/v1/models":
            rows = [{"id": name, "object": "model"} for name in self.models]
            return Reply.of({"object": "list", "data": rows})
        if asked.path == "/v1/images/generations":
            return self.made(asked.json.get("n", 1), asked.json.get("size", "64x64"))
        if asked.path == "/v1/images/edits":
            if asked.headers["content-type"].startswith("multipart/"):
                fields, _ = parts(asked)
                return self.made(int(fields.get("n", 1)), fields.get("size", "64x64"))
            return self.made(1, "64x64")
        return self.error("Not found.", "not_found", 404)

    def made(self, count, size):
        width, height = (int(side) for side in size.split("x"))
        if self.media:
            data = [{"url": f"{self.media.url}/{n}.png"} for n in range(count)]
        else:
            content = base64.b64encode(picture(width, height)).decode()
            data = [{"b64_json": content} for _ in range(count)]
        return Reply.of({"created": 1790000000, "data": data})

    @staticmethod
    def error(message, code, status, **headers):
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        return Reply.of({"error": error}, status, **headers)


def parts(asked):
    """Fields and files of a multipart form."""
    request = RequestFactory().post("/", asked.body, content_type=asked.headers["content-type"])
    meta = request.META | {"CONTENT_LENGTH": len(asked.body)}
    handler = MemoryFileUploadHandler(request)
    fields, files = MultiPartParser(meta, io.BytesIO(asked.body), [handler]).parse()
    return fields.dict(), files
