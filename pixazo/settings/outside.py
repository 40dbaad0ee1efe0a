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
GROK_KEY = env.secret(
    "GROK_API_KEY", "", "Key for the chat's first provider, where staff gave none."
)
GROK_URL = env.str(
    "GROK_API_URL",
    "https://api.x.ai/v1" if GROK_KEY else "",
    "Address of that provider, up to /v1: any that speaks OpenAI's chat. Empty: xAI's, if there is"
    " a key; else there is no chat until staff name a provider.",
)
CHAT_MESSAGES_A_MINUTE = env.int(
    "PIXAZO_CHAT_MESSAGES_A_MINUTE", 10, "How many messages one person may send to the chat."
)
CHAT_TITLES = env.bool(
    "PIXAZO_CHAT_TITLES", True, "Whether a language model names topics by their first prompt."
)
CHAT_ANSWERS = env.int(
    "PIXAZO_CHAT_ANSWERS", 16, "How many answers of the chat one worker process writes at a time."
)
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
