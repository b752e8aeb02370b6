from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "warifu.access"
    label = "access"
    verbose_name = "認証と権限"
