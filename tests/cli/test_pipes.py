"""Commands whose output somebody stops reading."""

import os
import subprocess
import sys
from pathlib import Path

from tests import samples


def test_who_reads_two_lines_and_leaves_sees_no_traceback(tmp_path: Path) -> None:
    """`bin/warifu … | head -2`: the reader closes the pipe while we still write."""
    sample = tmp_path / "contract.pdf"
    sample.write_bytes(samples.contract())
    reader, writer = os.pipe()
    os.close(reader)
    program = "import sys; from warifu import cli; sys.exit(cli.main())"
    given = [sys.executable, "-c", program, "inspect", str(sample)]
    try:
        ended = subprocess.run(
            given, stdout=writer, stderr=subprocess.PIPE, check=False, env=os.environ | {"WARIFU_DATA": str(tmp_path)}
        )
    finally:
        os.close(writer)
    assert ended.returncode == 141
    assert ended.stderr == b""
