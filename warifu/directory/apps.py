from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models import ForeignKey
from django.db.models.signals import post_migrate, pre_migrate


class DirectoryConfig(AppConfig):
    name = "warifu.directory"
    label = "directory"
    verbose_name = "組織と取引先"

    def ready(self) -> None:
        """Every connection hears whose work this is; every migration ends with the walls that its tables need."""
        from . import among, scope, walls

        ForeignKey.register_lookup(among.Among)
        connection_created.connect(scope.on_connection, dispatch_uid="directory.scope")
        pre_migrate.connect(walls.before_migrating, sender=self, dispatch_uid="directory.walls.before")
        post_migrate.connect(walls.after_migrating, sender=self, dispatch_uid="directory.walls.after")
