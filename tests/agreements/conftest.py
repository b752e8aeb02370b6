"""A sealing cycle on stand-ins."""

from pathlib import Path

import pytest

from tests import city
from tests.standins import trial


@pytest.fixture
def bench(
    authority_directory: Path,
    standin_tsa: trial.StandinTsa,
    standin_revocation: trial.StandinRevocation,
    objects: Path,
) -> city.Trial:
    """Sealing tools whose timestamp and revocation servers work, and can be told not to."""
    standin_tsa.mode = standin_revocation.mode = "ok"
    tools = city.sealing_tools(authority_directory, standin_tsa, standin_revocation, objects)
    return city.Trial(tools, standin_tsa, standin_revocation)
