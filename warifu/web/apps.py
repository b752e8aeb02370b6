from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "warifu.web"
    label = "web"
    verbose_name = "画面"
