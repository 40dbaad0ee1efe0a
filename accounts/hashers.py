"""Password hashing at OWASP's argon2id minimum; Django's default takes 100 MB and 0.3 s a check."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
