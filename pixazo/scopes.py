"""What an API key may be allowed; each REST door says which of it each of its methods needs."""

READ = "read"  # see what its person sees
GENERATE = "generate"  # ask for pictures with their units, and say what becomes of those
MANAGE = "manage"  # change and delete whatever they may

SCOPES = (READ, GENERATE, MANAGE)
