from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "warifu.notifications"
    label = "notifications"
    verbose_name = "通知"
