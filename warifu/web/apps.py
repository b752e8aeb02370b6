from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created


class WebConfig(AppConfig):
    name = "warifu.web"
    label = "web"
    verbose_name = "画面"

    def ready(self) -> None:
        """A route of which nobody said whom it is for does not start; nor does production past the walls."""
        from warifu import settings
        from warifu.directory import walls

        from . import needs

        if not settings.TRIAL:
            connection_created.connect(walls.require_bound, dispatch_uid="web.walls")

        checks.register(needs.check, checks.Tags.urls)
