"""What staff read in place of an address's name, where pages are counted."""

# Those whose names say it badly, or not at all; the others are read as they are.
NAMED = {
    "account_email": "E-mail addresses",
    "account_login": "Sign in",
    "account_signup": "Sign up",
    "api_keys": "API keys",
    "archive": "Archive of a workspace",
    "batch_comments": "Comments",
    "check": "Check a picture",
    "explore_one": "Explore: one picture",
    "gallery_going": "Gallery: what goes by the plan",
    "gallery_trash": "Gallery: trash",
    "gallery_uploads": "Gallery: uploads",
    "held_back": "Safety",
    "help_new": "Help: a new request",
    "history_version": "History: one version",
    "home": "Start",
    "image": "Picture",
    "image_share": "Share a picture",
    "image_tree": "Family tree of a picture",
    "ledger": "What happened to units",
    "own_data": "Own data",
    "own_keys": "Keys for services",
    "own_preferences": "Preferences",
    "people": "People of a workspace",
    "pricing": "Plans",
    "shared": "A shared picture",
    "staff_acts": "What staff did",
    "ticket": "Help: a request",
    "units": "Plan and units",
    "usage": "Usage",
}


def named(page: str) -> str:
    """ "workspace_history" is "Workspace history"."""
    plain = page.replace("_", " ")
    return NAMED.get(page) or plain[:1].upper() + plain[1:]
