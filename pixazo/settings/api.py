"""The API for other programs."""

from pixazo.settings.places import env

OPENAI_SECONDS = env.float(
    "PIXAZO_OPENAI_SECONDS",
    540.0,
    "How long a client of OpenAI's form is kept waiting for a picture; theirs give up after 600.",
)

API_A_MINUTE = env.int(
    "PIXAZO_API_A_MINUTE",
    600,
    "Requests that one person's programs may make in a minute. 0: any number.",
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "pixazo.api.answer_error",
    "UNAUTHENTICATED_USER": None,
}

# How long doors wait for a picture whose clients know no second call (generation/awaiting.py).
WAITING_SECONDS = env.float(
    "PIXAZO_WAITING_SECONDS",
    25.0,
    "Seconds that /v1/generate/... waits for a picture before it names the job instead.",
)
WAITING_MOST = env.int(
    "PIXAZO_WAITING_MOST", 8, "Requests of one web process that wait so at the same time."
)
