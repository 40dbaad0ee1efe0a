"""What people do, for Locust: 70 % look about, 20 % are shown pictures, 5 % ask, 5 % listen.

`PIXAZO_CROWD` names the file with what `crowd.gather` printed.
"""

import json
import os
import random
import re
from pathlib import Path

from locust import FastHttpUser, between, task

CROWD = json.loads(Path(os.environ["PIXAZO_CROWD"]).read_text())
LISTEN_SECONDS = 10.0
STREAM = re.compile(r'<event-stream [^>]*url="([^"]+)"[^>]*token="([^"]+)"')


class Person(FastHttpUser):
    wait_time = between(1, 3)

    def on_start(self) -> None:
        self.known = random.choice(CROWD)
        self.home = f"/w/{self.known['slug']}/"
        self.headers = {"Cookie": self.known["cookie"]}
        self.stream = ""

    @property
    def picture(self) -> str:
        return f"{self.home}images/{random.choice(self.known['images'])}/"

    @task(35)
    def studio(self) -> None:
        page = self.client.get(self.home, headers=self.headers, name="studio").text or ""
        if found := STREAM.search(page):
            self.stream = f"{found[1]}?token={found[2]}"

    @task(20)
    def feed(self) -> None:
        self.client.get(f"{self.home}feed/", headers=self.headers, name="feed")

    @task(15)
    def page_of_a_picture(self) -> None:
        self.client.get(self.picture, headers=self.headers, name="picture's page")

    @task(20)
    def small_picture(self) -> None:
        image = random.choice(self.known["images"])
        address = f"/api/v1/images/{image}/file?size=small"
        key = {"Authorization": f"Bearer {self.known['key']}"}
        self.client.get(address, headers=key, name="small picture")

    @task(5)
    def ask(self) -> None:
        wanted = {"prompt": "a red house under a full moon, night", "model": "starter"}
        key = {"Authorization": f"Bearer {self.known['key']}"}
        self.client.post("/api/v1/generate", json=wanted, headers=key, name="ask")

    @task(5)
    def listen(self) -> None:
        if not self.stream:
            return
        with self.client.get(
            self.stream, headers=self.headers, name="listen", stream=True, catch_response=True
        ) as response:
            if response.status_code == 200:
                response.success()
