"""The door for a WSGI server."""

import os
from contextlib import suppress

from django import db
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warifu.settings")
application = get_wsgi_application()

# A database role that passes the walls stops production here and not at the first page (`directory.walls`). A database
# that does not answer yet is no reason not to start: the role is looked at when it does.
with suppress(db.OperationalError):
    db.connection.ensure_connection()
db.connection.close()
