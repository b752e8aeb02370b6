from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "warifu.jobs"
    label = "jobs"
    verbose_name = "処理"
