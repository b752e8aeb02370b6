"""A data directory of their own for the tests, before anything reads a setting テストのデータの置き場所.

A pytest plugin (see addopts): pytest-django reads the settings earlier than any conftest is imported, and without this
it would read those of the Warifu that lies in this checkout.
"""

import os
import tempfile

DATA = tempfile.mkdtemp(prefix="warifu-test-")
os.environ["WARIFU_DATA"] = DATA
os.environ.setdefault("WARIFU_LOG_LEVEL", "ERROR")
# Refusals at the door wait on purpose, so that their time tells nothing; a test of that sets its own.
os.environ["WARIFU_SIGN_IN_ANSWER_MILLISECONDS"] = "0"
