from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "warifu.integrations"
    label = "integrations"
    verbose_name = "連携"
