"""What draws: devices, models and their memory, and how pictures are looked at."""

from pixazo.settings.places import BASE_DIR, DATA, env

DEVICE = env.str("PIXAZO_DEVICE", "auto", "auto, cpu, cuda, cuda:1 ... or mps: where models run.")
OPTIONS = env.json(
    "PIXAZO_OPTIONS",
    "Options of all models on this worker, where they have none of their own: for little memory"
    ' {"offload": "model", "attention_slicing": true}. docs/gpu-worker.md lists them.',
)
KEEP_MODELS = env.int(
    "PIXAZO_KEEP_MODELS", 0, "How many models a worker keeps in memory at most. 0: as many as fit."
)
KEEP_GB = env.float(
    "PIXAZO_KEEP_GB", 0.0, "Gigabytes of weights it keeps. 0: seven tenths of the memory."
)
PARK_GB = env.float(
    "PIXAZO_PARK_GB",
    0.0,
    "Gigabytes of weights that rest in main memory when they leave a GPU, to be back soon.",
)
KEEP_SECONDS = env.float(
    "PIXAZO_KEEP_SECONDS", 1800.0, "A model unused for so long leaves the memory. 0: never."
)
PRECISION = env.str("PIXAZO_PRECISION", "auto", "auto, fp32, fp16 or bf16: what models compute in.")
MODELS_FOLDER = env.path(
    "PIXAZO_MODELS",
    DATA / "models",
    "Cache of downloaded models.",
    shown="PIXAZO_DATA/models",
)
MODEL_LINES = env.numbered(
    "MODEL_",
    "Sana; Efficient-Large-Model/Sana_Sprint_1.6B_1024px_diffusers; Quick.; huggingface; no;"
    ' {"fixed_steps": 2}',
    "Each variable whose name begins with MODEL_ adds a model at the next start: name; repository"
    " or path; description; huggingface or local; whether it wants a token; options as JSON."
    " docs/models.md says more.",
)
LOAD_SECONDS = env.float(
    "PIXAZO_LOAD_SECONDS", 3600.0, "A model that takes longer to load or download is given up."
)
GRACE_SECONDS = env.float(
    "PIXAZO_GRACE_SECONDS",
    5.0,
    "What a worker that is told to stop may take to finish; it hands back what takes longer.",
)
REMOTE_CALLS = env.int(
    "PIXAZO_REMOTE_CALLS", 8, "How many pictures are ordered from services at the same time."
)
HEALTH_DETAILS = env.bool(
    "PIXAZO_HEALTH_DETAILS",
    False,
    "/api/health tells everybody about workers and devices, not only signed-in staff.",
)
WORKER = env.str("PIXAZO_WORKER", "", "Name of this worker, such as gpu0. Empty: that of its lane.")
PROVIDERS = {
    "diffusers": "generation.providers.diffusers",
    "pixazo": "generation.providers.pixazo",
    "openai": "generation.providers.openai",
    **dict(
        entry.split("=", 1)
        for entry in env.list(
            "PIXAZO_PROVIDERS", [], "More kinds of models, as name=python.module of each."
        )
        if "=" in entry
    ),
}
SAFETY = env.str(
    "PIXAZO_SAFETY", "standard", "off, standard or strict: how much the safety policy holds back."
)
CONTENT_SAFETY = env.bool(
    "PIXAZO_CONTENT_SAFETY",
    False,
    "Ask Pixazo.ai about each finished picture before anybody sees it. Needs its service's key.",
)
PUBLIC_GALLERY = env.str(
    "PIXAZO_PUBLIC_GALLERY",
    "moderated",
    "moderated: staff look at a picture before everybody does; open: only if somebody complains;"
    " off: there is no public gallery.",
)
TESTING = env.bool("PIXAZO_TESTING", False, "For crash tests: lets PIXAZO_FAULT act.")
FAULT = env.str(
    "PIXAZO_FAULT", "", "For crash tests: point:kill, point:raise or point:sleep, comma between."
)
STARTER_MODEL = BASE_DIR / "generation" / "starter_model"
