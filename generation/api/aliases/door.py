"""The view that alias doors grow from, and how each dialect says no."""

from typing import Any, ClassVar

from django.urls import get_script_prefix
from rest_framework.request import Request
from rest_framework.response import Response

from pixazo.api import Door

# When the canonical door came that says the same (RFC 9745: a date in seconds, 29 Nov 2026).
SINCE = "@1795910400"


class AliasDoor(Door):
    """`successor` is the door's canonical address under `/api/v1/`, where there is one: answers
    then say so, and go on for good."""

    successor: ClassVar[str] = ""

    def refusal(self, error: dict[str, Any], status: int) -> Any:
        """The body of a refusal, of `{"code", "message", "fields"?}`. Here: as everywhere."""
        return {"error": error}

    def handle_exception(self, exc: Exception) -> Response:
        response: Response = super().handle_exception(exc)
        if isinstance(response.data, dict) and isinstance(response.data.get("error"), dict):
            error = response.data["error"]
            if response.status_code in self.other_statuses(error):
                response.status_code = self.other_statuses(error)[response.status_code]
            response.data = self.refusal(error, response.status_code)
        return response

    def other_statuses(self, error: dict[str, Any]) -> dict[int, int]:
        """Of ours -> of theirs, where they say it by another number."""
        return {}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.successor:
            response.headers["Deprecation"] = SINCE
            there = f"{get_script_prefix()}api/v1/{self.successor}"
            response.headers["Link"] = f'<{there}>; rel="successor-version"'
        return response


class FastApiDoor(AliasDoor):
    """`{"detail": "..."}`; of fields 422 and a list of `{"loc", "msg", "type"}`."""

    def refusal(self, error: dict[str, Any], status: int) -> Any:
        fields = error.get("fields")
        if status != 422 or not fields:
            return {"detail": error["message"]}
        return {
            "detail": [
                {"loc": ["body", name], "msg": sentence, "type": "value_error"}
                for name, sentences in fields.items()
                for sentence in sentences
            ]
        }

    def other_statuses(self, error: dict[str, Any]) -> dict[int, int]:
        return {400: 422} if error.get("fields") else {}


class FlaskDoor(AliasDoor):
    """`{"error": "..."}`."""

    def refusal(self, error: dict[str, Any], status: int) -> Any:
        return {"error": error["message"]}


class CyberDoor(AliasDoor):
    """`{"message": "...", "status": "error"}`, as CyberImage says it."""

    def refusal(self, error: dict[str, Any], status: int) -> Any:
        return {"message": error["message"], "status": "error"}
