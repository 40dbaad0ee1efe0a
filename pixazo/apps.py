from django.apps import AppConfig


class PixazoConfig(AppConfig):
    name = "pixazo"
    verbose_name = "Pixazo"

    def ready(self) -> None:
        from pixazo import checks  # noqa: F401  registers the system checks
