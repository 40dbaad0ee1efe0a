from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        from generation import covers, deletions  # noqa: F401  both register themselves
        from generation.experiments import hearing  # noqa: F401  listens from now on
