"""Taking in what was dropped on the page ファイルの登録."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from warifu import settings, wiring
from warifu.access import person as access
from warifu.agreements import actions, capacity, errors
from warifu.japan import characters
from warifu.pades import intake

NO_NAME = "契約書.pdf"


def limits() -> str:
    """How much may be sent at once, as the page says it 登録できる大きさ."""
    megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    in_all = f"1契約につき{capacity.MOST_FILES}件、合計{capacity.MOST_BYTES // (1024 * 1024)}MBまで"
    return f"一度に{settings.UPLOAD_MAX_FILES}件、1件{megabytes}MB、{in_all}登録できます。"


def take_in(
    *, agreement_id: UUID, files: Sequence["UploadedFile[Any]"], by: access.Person, at: datetime
) -> tuple[int, int]:
    """Examine each file in a limited process, keep or refuse it; returns (kept, refused) ファイルの検査と登録."""
    kept = 0
    for file in files:
        kept += _one(agreement_id, file, by, at)
    return kept, len(files) - kept


def _one(agreement_id: UUID, file: "UploadedFile[Any]", by: access.Person, at: datetime) -> bool:
    name = safe_name(str(file.name or ""))
    settings.SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as scratch:
        source, normalised = Path(scratch, "source.pdf"), Path(scratch, "normalised.pdf")
        with source.open("wb") as target:
            for chunk in file.chunks(1 << 20):
                target.write(chunk)
        examination = intake.examine(source, normalised, limits=wiring.intake_limits())
        if examination.reason is not None:
            actions.refuse_upload(agreement_id=agreement_id, name=name, finding=examination.reason, by=by, at=at)
            return False
        try:
            actions.add_document(
                agreement_id=agreement_id,
                name=name,
                original=source.read_bytes(),
                normalised=normalised.read_bytes(),
                examination=examination,
                custody=wiring.custody(),
                by=by,
                at=at,
            )
        except errors.NoRoom as full:
            finding = intake.Finding(full.code, full.message, full.next_step)
            actions.refuse_upload(agreement_id=agreement_id, name=name, finding=finding, by=by, at=at)
            return False
    return True


def safe_name(name: str) -> str:
    """The file's own name without directories and without characters that mislead or cannot be seen ファイル名."""
    last = PurePosixPath(name.replace("\\", "/")).name
    bad = {problem.position for problem in characters.forbidden(last)}
    clean = "".join(mark for place, mark in enumerate(last, start=1) if place not in bad).strip(" .　")
    if not clean:
        return NO_NAME
    stem, dot, ending = clean.rpartition(".")
    return clean if len(clean) <= 200 else f"{(stem or clean)[:190]}{dot}{ending[:9]}"
