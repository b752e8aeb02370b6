"""`python -m warifu`."""

import sys

from warifu.cli import main

sys.exit(main())
