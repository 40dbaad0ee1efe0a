"""What matters is done only by whoever has shown a short while ago who they are."""

from allauth.account.decorators import reauthentication_required

# A view that is wrapped in it answers a POST with the way to the question, and does what was asked
# for once the answer is right. Looking is free.
asked_again = reauthentication_required(app="accounts", allow_get=True)
