from typing import Any

from django.db import migrations

PATH = "/flux-1-schnell/v1/getData"
QUEUE = {
    "tickets": {
        "requestId": {
            "path": "/flux-1-schnell/v1/checkStatus",
            "body": {"requestId": "{id}"},
        },
        "request_id": {"path": "/v2/requests/status/{id}"},
    }
}


def name_queue(apps: Any, schema_editor: Any) -> None:
    """How its older queue is asked stood in the program before."""
    image_model = apps.get_model("generation", "ImageModel")
    for model in image_model.objects.filter(provider="pixazo"):
        operations = model.adapter.get("operations", {})
        paths = [each.get("path") for each in operations.values() if isinstance(each, dict)]
        if PATH in paths and "queue" not in model.adapter:
            image_model.objects.filter(pk=model.pk).update(adapter=model.adapter | {"queue": QUEUE})


class Migration(migrations.Migration):
    dependencies = [("generation", "0014_experiments")]

    operations = [migrations.RunPython(name_queue, migrations.RunPython.noop)]
