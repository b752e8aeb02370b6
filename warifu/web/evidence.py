"""Handing an evidence bundle to a browser 証拠一式の送出."""

import contextlib
import hashlib
import tempfile
from urllib.parse import quote

from django.http import FileResponse

from warifu import workbench
from warifu.agreements import evidence, models
from warifu.archive import actions as archive
from warifu.archive.bundles import making
from warifu.audit.actor import Actor

from . import clock


def as_download(agreement: models.Agreement, *, copy: making.Copy, by: Actor) -> FileResponse:
    """A ZIP that is made on disk and sent from there; the ledger keeps who took which bytes 証拠一式の応答.

    Raises the refusals of `agreements.evidence.bundle`.
    """
    at = clock.now()
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(tempfile.TemporaryFile())
        name = evidence.bundle(agreement=agreement, copy=copy, target=target, kit=workbench.evidence_kit(), at=at)
        target.seek(0)
        digest = hashlib.file_digest(target, "sha256").hexdigest()
        if agreement.record is not None:
            archive.hand_out_evidence(record=agreement.record, copy=copy.value, digest=digest, by=by, at=at)
        target.seek(0)
        # From here the response closes it, when all of it is sent.
        stack.pop_all()
    response = FileResponse(target, content_type="application/zip")
    response["Content-Disposition"] = f"attachment; filename=\"evidence.zip\"; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
