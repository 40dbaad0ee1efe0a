"""Who and what is looked at in the pictures of all pages: Python for a desk's own clerk to run."""

# Who is looked at: somebody with a workspace, whose pictures are then made by hand.
READY = """
from hashlib import sha256
from accounts.models import User
from workspaces.joining import join
from workspaces.models import Invitation, SavedPrompt, Workspace
user = User.objects.welcome("mara@example.org", "mara", password="a-long-enough-passphrase")
place = Workspace.found(user, "Northern coast")
for name, role in (("noor", "editor"), ("timo", "viewer")):
    join(place, User.objects.welcome(f"{name}@example.org", name), role)
for email in ("lena@example.org", "someone.with.a.rather.long.name@department.example.org"):
    row = Invitation(workspace=place, email=email, role="editor")
    row.renew(user)
    row.save()
# The one whose letter is opened, by visitors and by somebody else than whom it is for.
row.token_sha256 = sha256(b"letter").hexdigest()
row.save()
from accounts.desk import writing
from accounts.models import Webhook
ticket = writing.ask(
    user=user, subject="All pictures are grey since noon", category="picture",
    text="I asked for a red lighthouse and all of them are grey. What can I do?",
)
writing.answer(ticket, None, "Thank you. Which model do you use?", "waiting")
Webhook.set_to(user, "https://example.org/called")
SavedPrompt.objects.create(
    owner=user, scope="personal", title="Lighthouse at dusk", tags=["sea", "evening"],
    prompt="a {red|white} lighthouse by the sea, an old boat on the beach", model="starter",
    negative_prompt="people, text", width=128, height=128, num_inference_steps=20, seed=7,
)
SavedPrompt.objects.create(
    owner=user, scope="workspace", workspace=place, title="Harbour", tags=["sea"],
    prompt="a quiet harbour in the morning",
)
from chat.models import Conversation, Message
chat = Conversation.objects.create(
    id="01a20000-0000-7000-8000-000000000001", workspace=place, author=user,
    title="Evening light", model="grok-4",
)
for role, content in (
    ("user", "Warmer light, and make the sea calmer"),
    (
        "assistant",
        "I would lower the sun and make the sea **calm**:\\n\\n```\\na lighthouse above a calm sea,"
        " low amber sun\\n```\\n\\n- fewer waves\\n- longer shadows",
    ),
):
    Message.objects.create(
        conversation=chat, role=role, content=content, author=user, model="grok-4"
    )
"""


# Staff, and what waits for them.
STAFFED = """
from accounts.models import User
from generation.models import SafetyCase
User.objects.welcome(
    "vera@example.org", "vera", password="a-long-enough-passphrase", is_staff=True,
    is_superuser=True,
)
SafetyCase.objects.create(
    author=User.objects.get(username="mara"), stage="prompt", reason="violence", level="standard",
    prompt="two knights who fight, blood on the snow", digest="1", state="appealed",
    appeal="It is for the cover of a history book.",
)
"""
