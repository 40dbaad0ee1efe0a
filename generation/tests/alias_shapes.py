"""What the sources' clients read: the shapes of every answer of the alias doors, in one table.

Taken from the sources themselves: Grok-Api's request and answer models, Dragon Wings' schemas,
CyberImage's API.md, the playground's handlers, the workspace app's routes, the roadmap's tables.
A dict has exactly these names; `Also` allows more, where a door was ours before it was theirs.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Maybe:
    shape: Any


@dataclass(frozen=True)
class Words:
    allowed: tuple[str, ...]


@dataclass(frozen=True)
class Also:
    shape: dict[str, Any]


@dataclass(frozen=True)
class By:
    """An object whose names are keys of something, all of one shape."""

    shape: Any


def words(*allowed):
    return Words(allowed)


def misfit(value, shape, where="$"):
    """What does not fit, in a sentence; empty if all does."""
    match shape:
        case Maybe():
            return "" if value is None else misfit(value, shape.shape, where)
        case Words():
            return "" if value in shape.allowed else f"{where}: {value!r} is none of the words"
        case By():
            if not isinstance(value, dict):
                return f"{where}: not an object"
            said = (misfit(each, shape.shape, f"{where}.{name}") for name, each in value.items())
            return next(filter(None, said), "")
        case Also() | dict():
            return _object_misfit(value, shape, where)
        case list():
            if not isinstance(value, list):
                return f"{where}: not a list"
            said = (misfit(each, shape[0], f"{where}[{n}]") for n, each in enumerate(value))
            return next(filter(None, said), "")
    wanted = (int, float) if shape is float else shape
    good = isinstance(value, wanted) and not (isinstance(value, bool) and shape is not bool)
    return "" if good else f"{where}: {value!r} is no {shape}"


def _object_misfit(value, shape, where):
    names = shape.shape if isinstance(shape, Also) else shape
    if not isinstance(value, dict):
        return f"{where}: {value!r} is no object"
    missing = sorted(set(names) - set(value))
    extra = [] if isinstance(shape, Also) else sorted(set(value) - set(names))
    if missing or extra:
        return f"{where}: missing {missing}, too much {extra}"
    said = (misfit(value[name], each, f"{where}.{name}") for name, each in names.items())
    return next(filter(None, said), "")


# --- Refusals, in each dialect's own way ---

DETAIL = {"detail": str}
DETAILS = {"detail": [{"loc": [str], "msg": str, "type": str}]}
FLASK = {"error": str}
CYBER = {"message": str, "status": words("error")}
OURS = {"error": Also({"code": str, "message": str})}

# --- Grok-Api ---

GROK_PARAMETERS = {
    "prompt": str,
    "negative_prompt": str,
    "width": int,
    "height": int,
    "num_steps": int,
    "guidance_scale": float,
    "seed": int,
}
GROK_DONE = {
    "status": words("success"),
    "model": str,
    "image_url": str,
    "parameters": GROK_PARAMETERS,
}
GROK_WAITS = GROK_DONE | {
    "status": words("pending"),
    "image_url": Maybe(str),
    "job_id": str,
    "status_url": str,
}

# --- The playground ---

TOPIC = {
    "id": str,
    "user_id": Maybe(str),
    "organization_id": Maybe(str),
    "title": Maybe(str),
    "cover_url": Maybe(str),
    "created_at": str,
    "updated_at": str,
}
ASSET = {
    "type": words("image"),
    "originalUrl": str,
    "url": str,
    "thumbnailUrl": str,
    "width": int,
    "height": int,
}
GENERATION = {
    "id": str,
    "batchId": str,
    "userId": str,
    "asyncTaskId": str,
    "seed": int,
    "asset": Maybe(ASSET),
    "createdAt": str,
}
PLAYGROUND_BATCH = {
    "id": str,
    "topicId": str,
    "userId": str,
    "organizationId": Maybe(str),
    "provider": str,
    "model": str,
    "prompt": str,
    "config": Also({"prompt": str, "width": int, "height": int, "steps": int, "seed": int}),
    "width": int,
    "height": int,
    "createdAt": str,
    "generations": [GENERATION],
}
SUCCESS = {"success": bool}
TOPICS = {"topics": [TOPIC]}
ONE_TOPIC = SUCCESS | {"topic": TOPIC}
BATCHES = {"batches": [PLAYGROUND_BATCH]}
CREATED = SUCCESS | {"data": {"batch": PLAYGROUND_BATCH, "generations": [GENERATION]}}
PLAYGROUND_STATUS = {
    "status": words("pending", "processing", "success", "error"),
    "generation": Maybe(GENERATION),
    "error": Maybe(Also({"code": str, "name": str, "message": str, "body": {"detail": str}})),
}

# --- Dragon Wings ---

DRAGON_STATUS = {
    "job_id": str,
    "status": words("pending", "processing", "completed", "failed"),
    "image_url": Maybe(str),
    "message": Maybe(str),
    "generation_time": Maybe(float),
    "progress_percent": Maybe(float),
    "seed": Maybe(int),
}
DRAGON_GENERATE = {name: each for name, each in DRAGON_STATUS.items() if name != "progress_percent"}
DRAGON_GENERATE |= {"image_base64": Maybe(str)}
DRAGON_HEALTH = {
    "status": words("healthy", "degraded", "unhealthy"),
    "model_loaded": bool,
    "model_id": str,
    "device": str,
    "version": str,
}
DRAGON_ROOT = {"message": str, "version": str, "docs": str, "health": str}
DRAGON_MODELS = {
    "current_model_id": Maybe(str),
    "default_model_key": Maybe(str),
    "device": str,
    "has_gpu": bool,
    "models": By(
        Also(
            {
                "key": str,
                "model_id": str,
                "name": str,
                "description": str,
                "native_resolution": int,
                "txt2img": bool,
                "img2img": bool,
            }
        )
    ),
}
DRAGON_LORA = Also({"key": str, "name": str, "default_weight": float})
DRAGON_LORAS = {"filter_model": Maybe(str), "count": int, "loras": By(DRAGON_LORA)}

# --- CyberImage ---

CYBER_SETTINGS = Also(
    {"num_inference_steps": int, "guidance_scale": float, "height": int, "width": int}
)
CYBER_MODELS = {"models": By(Also({"id": str, "description": str})), "default": Maybe(str)}
CYBER_GENERATE = {
    "job_id": str,
    "status": words("pending"),
    "num_images": int,
    "message": str,
}
CYBER_METADATA = {
    "model_id": str,
    "prompt": str,
    "negative_prompt": Maybe(str),
    "settings": CYBER_SETTINGS,
    "image_number": int,
    "total_images": int,
}
CYBER_STATUS = {
    "id": str,
    "status": words("pending", "processing", "completed", "failed"),
    "model_id": str,
    "prompt": str,
    "negative_prompt": Maybe(str),
    "settings": CYBER_SETTINGS,
    "created_at": str,
    "started_at": Maybe(str),
    "completed_at": Maybe(str),
    "message": str,
    "error_message": Maybe(str),
    "progress": {
        "preparing": bool,
        "loading_model": bool,
        "generating": bool,
        "saving": bool,
        "completed": bool,
        "failed": bool,
        "step": int,
        "total_steps": int,
    },
    "images": [{"id": str, "file_path": str, "created_at": str, "metadata": CYBER_METADATA}],
}
CYBER_DELETED = {"status": words("success"), "message": str}
CYBER_QUEUE = dict.fromkeys(
    ("pending", "processing", "completed", "failed", "total", "queue_size"), int
)
CYBER_GALLERY = {
    "images": [
        {
            "id": str,
            "model_id": str,
            "prompt": str,
            "created_at": str,
            "settings": CYBER_SETTINGS,
        }
    ],
    "page": int,
    "limit": int,
    "has_more": bool,
    "total": int,
}

# --- The workspace's form, and the roadmap ---

FORM_DONE = {
    "status": words("success"),
    "job_id": str,
    "job_ids": [str],
    "batch_id": str,
    "parameters": GROK_PARAMETERS,
}
ROADMAP_GENERATE = Also({"job_id": str, "job_ids": [str], "status": words("PENDING")})
CYBER_ENRICH = {"original_prompt": str, "enriched_prompt": str, "style": str}
