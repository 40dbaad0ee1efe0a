"""What is heavy stays out of the web process."""

import json
import os
import subprocess
import sys

PROGRAM = """
import json, sys
import pixazo.asgi, pixazo.celery
from django.urls import get_resolver
get_resolver().url_patterns
import generation.tasks, generation.run, generation.submit
import billing.tasks
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
HEAVY = {
    "torch",
    "diffusers",
    "transformers",
    "accelerate",
    "safetensors",
    "numpy",
    "httpx2",
    "boto3",
    "storages",
    "mcp",
    "mcp_types",
    "stripe",
    "telegram",
}


def test_the_web_side_imports_neither_torch_nor_diffusers(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "pixazo.settings",
            "PIXAZO_DATA": str(tmp_path),
            "PIXAZO_LOG_FILE": "-",
        },
    )
    modules = set(json.loads(answer.stdout.splitlines()[-1]))
    assert "generation" in modules
    assert not modules & HEAVY
