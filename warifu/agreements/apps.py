from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "warifu.agreements"
    label = "agreements"
    verbose_name = "契約案件"
