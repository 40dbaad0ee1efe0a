from django.apps import AppConfig


class PixazoConfig(AppConfig):
    name = "pixazo"
    verbose_name = "Pixazo"

    def ready(self) -> None:
        from django.conf import settings

        from pixazo import checks  # noqa: F401  registers the system checks

        if settings.SENTRY_DSN:
            from pixazo import sentry

            sentry.begin(settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT)
