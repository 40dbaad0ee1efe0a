"""Small pictures through nginx, as deploy/nginx has it: by signed addresses, and each permitted."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pixazo.supervisor import Guard
from pixazo.tests import front_server
from tools import debian
from tools.bench.site import BenchSite
from tools.load.stage import Figure, Stage, said
from tools.load.wrk import Request

# What nginx finds by the app's X-Accel-Redirect.
PERMITTED = "/protected-media"
SIGNED = """
import json
from django.test import override_settings
from generation.models import Image
from generation.thumbnails import address
with override_settings(THUMBNAIL_SECRET={secret!r}):
    print(json.dumps([address(image.small) for image in Image.objects.filter(pk__in={images})]))
"""


def thumbnails(stage: Stage) -> list[Figure]:
    images = [image for one in stage.crowd for image in one["images"]][:200]
    code = SIGNED.format(secret=front_server.THUMBNAIL_SECRET, images=images)
    paths = json.loads(stage.site.run(code).strip().splitlines()[-1])
    figures = []
    with _in_front_of(stage.site) as url:
        for name, goal, requests in (
            ("by signed addresses", "≥ 800/s", [Request(path) for path in paths]),
            (
                "each permitted by the app",
                "≥ 200/s",
                stage.by_key("/api/v1/images/{image}/file?size=small"),
            ),
        ):
            seen, cpu = stage.measure(requests, connections=16, base=url)
            scene = f"Small pictures through nginx, {name}"
            figures.append(Figure(scene, goal, said(seen, 200), cpu))
    return figures


@contextmanager
def _in_front_of(site: BenchSite) -> Iterator[str]:
    debian.ensure("nginx")
    before = dict(site.env)
    site.stop_web()
    site.env |= {"PIXAZO_MEDIA_ACCEL": PERMITTED, "PIXAZO_PROXIES": "1"}
    site.start_web()
    site.wait_until_it_answers("/healthz")
    with tempfile.TemporaryDirectory(prefix="pixazo-front-") as folder, Guard() as guard:
        Path(folder).chmod(0o755)
        front: Any = front_server.FrontServer  # of the tests, which bear no types
        front = front(Path(folder), guard, domain="localhost")
        try:
            front.start(f"127.0.0.1:{site.port}", site.media)
            yield front.url
        finally:
            front.stop()
            site.stop_web()
            site.env.clear()
            site.env |= before
            site.start_web()
            site.wait_until_it_answers("/healthz")
