from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "warifu.archive"
    label = "archive"
    verbose_name = "保存"
