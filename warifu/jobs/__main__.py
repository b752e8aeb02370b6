"""`python -m warifu.jobs`: one worker process 作業者."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warifu.settings")
django.setup()

from warifu.jobs import worker  # noqa: E402 - models load only after Django is set up

worker.start()
