"""The Pixazo gateway: the paths, names of fields and answers of the vendor's pages."""

from generation.tests.stand_ins.server import Reply, StandIn, picture

KEY = "subscription-key-of-the-tests"
SYNCHRONOUS = {
    "/getImage/v1/getSDXLImage": (
        "imageUrl",
        "prompt negative_prompt width height num_steps guidance_scale seed",
    ),
    "/sdxl_lightning/getImage/v1/getSDXLImage": (
        "imageUrl",
        "prompt negativePrompt width height num_steps guidance seed",
    ),
    "/sdxlTurbo/v2/getData": (
        "output",
        "prompt width height num_inference_steps guidance_scale seed",
    ),
    "/flux-1-schnell/v1/getData": ("output", "prompt num_steps width height seed"),
    "/flux-2-klein-4b/v1/generateImage": ("output", "prompt steps width height seed"),
    "/flux-2-dev/v1/generateT2I": ("output", "prompt steps width height"),
    "/sd3/v1/getData": (
        "output",
        "prompt negativePrompt steps cfg aspect_ratio output_format output_quality prompt_strength",
    ),
    "/sd3-5/v1/r-sd-3-5-large": (
        "output",
        "prompt aspect_ratio cfg steps output_format output_quality prompt_strength",
    ),
    "/inpainting/v1/getImage": (
        "imageUrl",
        "prompt imageUrl maskUrl negative_prompt width height num_steps guidance seed",
    ),
}
QUEUED = {
    "/flux-dev/v1/dev/textToImage": "image_size prompt num_inference_steps guidance_scale seed"
    " num_images enable_safety_checker output_format acceleration",
    "/flux-dev/v1/dev/imageToImage": "image_url prompt strength num_inference_steps guidance_scale"
    " seed num_images enable_safety_checker output_format acceleration",
    "/flux-fill-dev/v1/flux-fill/generate": "prompt image mask seed guidance num_outputs"
    " num_inference_steps megapixels output_format output_quality lora_scale"
    " disable_safety_checker",
    "/upscaler/v1/upscale": "image scale_factor",
    "/seedvr-upscale/v1/upscale-image/generate": "image_url upscale_factor output_format",
    "/real-esrgan/v1/real-esrgan/generate": "image",
}
ORDERS = {*SYNCHRONOUS, *QUEUED}


class Media(StandIn):
    """Where results lie, open to everybody: whoever sends it a key has given the key away."""

    def __init__(self):
        super().__init__()
        self.reply = None  # another answer than the picture: a Reply, or a function as below
        self.size = (64, 64)
        self.refuse_first = 0

    def __exit__(self, *error):
        super().__exit__(*error)
        assert not [asked for asked in self.journal if KEY in str(asked.headers) + asked.path]

    def answer(self, asked, connection):
        if self.refuse_first:
            self.refuse_first -= 1
            return Reply(404, b"not yet")
        if callable(self.reply):
            return self.reply(asked, connection)
        return self.reply or Reply(200, picture(*self.size), {"Content-Type": "image/png"})


class Gateway(StandIn):
    def __init__(self, media):
        super().__init__()
        self.media = media
        self.behaviour = None  # of orders: a Reply, or a function of (asked, connection)
        self.looks = []  # what the next looks at a queued order answer, before it is done
        self.done = {"status": "COMPLETED", "error": None}
        self.state_while_waiting = "PROCESSING"
        self.elsewhere = {}  # functions of what was asked, by further paths

    @property
    def orders(self):
        return [asked for asked in self.journal if asked.path in ORDERS]

    @property
    def picture_url(self):
        return f"{self.media.url}/pub/output.png"

    def answer(self, asked, connection):
        if asked.headers.get("ocp-apim-subscription-key") != KEY:
            return Reply.of({"error": "Invalid or missing authentication"}, 401)
        if asked.path in self.elsewhere:
            return self.elsewhere[asked.path](asked)
        if asked.path.startswith("/v2/requests/status/"):
            return self.look(asked.path.rpartition("/")[2], connection)
        if asked.path == "/flux-1-schnell/v1/checkStatus":
            return Reply.of({"status": "completed", "output": self.picture_url})
        if asked.path == "/content-safety/v1/image-moderation":
            return self.behaviour or Reply.of({"flagged": "naked" in asked.json["image_url"]})
        if asked.path not in ORDERS:
            return Reply.of({"error": "Endpoint not found"}, 404)
        if callable(self.behaviour):
            return self.behaviour(asked, connection)
        return self.behaviour or self.order(asked)

    def order(self, asked):
        name, known = SYNCHRONOUS.get(asked.path) or (None, QUEUED[asked.path])
        if not set(asked.json) <= set(known.split()):
            return Reply(500, b"Error processing request")
        if name:
            return Reply.of({name: self.picture_url})
        return self.queued()

    def queued(self, polling_url=None):
        number = f"flux-dev_{len(self.journal)}"
        url = polling_url or f"{self.url}/v2/requests/status/{number}"
        return Reply.of({"request_id": number, "status": "QUEUED", "polling_url": url}, 202)

    def look(self, number, connection):
        if self.looks:
            reply = self.looks.pop(0)
            return reply(None, connection) if callable(reply) else reply
        done = {"request_id": number, "output": None, **self.done}
        if done["status"] == "COMPLETED" and done["output"] is None:
            done["output"] = {"media_url": [self.picture_url], "media_type": "image/png"}
        return Reply.of(done)

    def working(self):
        return Reply.of({"status": self.state_while_waiting, "error": None, "output": None})
