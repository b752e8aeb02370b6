from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "warifu.transfers"
    label = "transfers"
    verbose_name = "人事異動"
