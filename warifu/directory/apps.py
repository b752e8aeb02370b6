from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "warifu.directory"
    label = "directory"
    verbose_name = "組織と取引先"
