"""What a workflow hands over when something is concluded 収蔵の内容."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from warifu.directory import models as directory


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """One concluded contract in plain values 記録の内容.

    `origin` is an opaque name, unique in its municipality; the same origin is the same record. Days are days in Japan,
    moments aware; `amount` is whole yen with tax, None for 単価契約; `verified_at` is when the sealed bytes were
    re-read and passed; `sealed_until` is when the last archive timestamp ceases to be verifiable; `level` is B-B to
    B-LTA.
    """

    origin: str
    number: str
    title: str
    kind: str
    amount: int | None
    transaction_on: date
    counterparty_name: str
    department: directory.Department
    authority_title: str
    concluded_at: datetime
    verified_at: datetime
    term_from: date | None = None
    term_to: date | None = None
    nominal_party: str = ""
    acting_officer: str = ""
    acting_ground: str = ""
    counterparty_number: str = ""
    decision_number: str = ""
    sealed_until: datetime | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """One file of it: an object of the vault, with the SHA-256 (hex) and size (bytes) of its content ファイルの内容.

    `role` is contract, certificate or original. Of a sealed file, who issued its last timestamp, the token's serial
    number in hexadecimal, and until when (aware) and by which algorithms it holds, as our own validation reported; and
    how many of its first bytes are what the parties agreed to: whoever signed within them is none of the parties.
    """

    role: str
    name: str
    object_id: UUID
    digest: str
    size: int
    pages: int | None = None
    timestamp_authority: str = ""
    timestamp_serial: str = ""
    sealed_until: datetime | None = None
    algorithms: tuple[str, ...] = ()
    agreed_size: int | None = None
