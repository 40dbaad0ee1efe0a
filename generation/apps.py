from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        from accounts.desk import about
        from generation import (  # noqa: F401  they register themselves
            archive,
            asked,
            checks,
            coming_back,
            covers,
            deletions,
            done,
            receipts,
        )
        from generation.experiments import hearing  # noqa: F401  listens from now on
        from workspaces.archive.registry import register

        for section in archive.ALL:
            register(section)
        from accounts.belongings import register as keep
        from generation.own import Brought, Pictures, Said, Work

        keep(Work())
        keep(Pictures())
        keep(Brought())
        keep(Said())
        about.register(asked.about)
        from generation.openai_dialect.naming import listed
        from pixazo.openai_form.listing import register as list_too

        list_too(listed)

        _show_figures()


def _show_figures() -> None:
    from pixazo.watching import rooms

    rooms.register("engine", "generation.watching.figures.collect")
