from django.apps import AppConfig
from django.core import checks


class WebConfig(AppConfig):
    name = "warifu.web"
    label = "web"
    verbose_name = "画面"

    def ready(self) -> None:
        """A route of which nobody said whom it is for does not start."""
        from . import needs

        checks.register(needs.check, checks.Tags.urls)
