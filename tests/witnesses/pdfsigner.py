"""pdfsignerpy, a signing library in Rust with its own PDF and CMS code. pdfsignerpyによる検証

Its licence is the GPL, so it stays a program of its own and is never imported here (decision 0013).
"""

from __future__ import annotations

import json
import subprocess
import sys

from tests.witnesses import opinions, specimens

_PROGRAM = """
import json, sys, pdfsigner
print(json.dumps(pdfsigner.verify_pdf_report(sys.argv[1], sys.argv[2])))
"""


def judge(specimen: specimens.Specimen) -> list[opinions.Opinion]:
    """Ask for each signature and for the document as a whole. 検証"""
    command = [sys.executable, "-c", _PROGRAM, str(specimen.path), str(specimen.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        return [opinions.Opinion("document", False, done.stderr.strip().splitlines()[-1])]
    report = json.loads(done.stdout)
    found = [
        opinions.Opinion(
            "document timestamp" if one["is_timestamp"] else "signature",
            bool(one["valid"] and one["chain_trusted"]),
            json.dumps(one),
        )
        for one in report["signatures"]
    ]
    whole = bool(report["document_intact"] and report["all_trusted"])
    return [*found, opinions.Opinion("document", whole, f"intact {report['document_intact']}")]
