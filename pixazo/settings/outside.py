"""Services that it calls, and their keys."""

from pixazo.settings.places import env

TRUSTED_HOSTS = env.list(
    "PIXAZO_TRUSTED_HOSTS",
    [],
    "Services that need not be public or on port 80 or 443, each as host:port.",
)
# By the slugs of the catalogue's services; what staff enter comes first.
SERVICE_KEYS = {
    "pixazo": env.secret("PIXAZO_API_KEY", "", "Key for Pixazo.ai, where staff gave none."),
    "openai": env.secret("OPENAI_API_KEY", "", "Key for OpenAI, where staff gave none."),
}
PICTURE_HOSTS = env.list(
    "PIXAZO_PICTURE_HOSTS",
    [],
    "Such hosts that people may fetch pictures from by their address, each as host:port.",
)
WEBHOOK_HOSTS = env.list(
    "PIXAZO_WEBHOOK_HOSTS",
    [],
    "Such hosts that people may have called when something happens, each as host:port.",
)
