from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "warifu.operations"
    label = "operations"
    verbose_name = "運用"
