from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "workspaces"

    def ready(self) -> None:
        from workspaces import forgetting, welcome  # noqa: F401  listen to deletions and sign-ups
        from workspaces.archive import caretaking, registry, sections  # noqa: F401

        for section in sections.ALL:
            registry.register(section)
        from accounts.belongings import register
        from workspaces.comments import leaving  # noqa: F401  listens to deletions
        from workspaces.own import Places

        register(Places())
