"""Stand-ins for the timestamp authority and for the OCSP responder 代役のタイムスタンプ局と失効情報サーバー.

They issue real tokens and statuses from a trial authority, over HTTP on the loopback address, and fail when told to:

    with trial.StandinTsa(directory) as tsa:
        tsa.mode = "wrong_nonce"
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from trialpki import authority, clock, faults, profiles


class _Standin(faults.FaultyServer):
    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class StandinTsa(_Standin):
    """A timestamp authority at `url`; its modes are `faults.TIMESTAMP_MODES` 代役のタイムスタンプ局.

    `directory` becomes a trial authority if it is none; `now` is where the time comes from.
    """

    def __init__(self, directory: Path, *, now: clock.Clock = clock.system, port: int = 0) -> None:
        self.directory = directory
        trial = authority.create(directory, now())
        super().__init__(faults.TimestampService(trial, now), port=port)


class StandinRevocation(_Standin):
    """OCSP responders, lists and certificates at `url`; its modes are `faults.REVOCATION_MODES` 代役の失効情報サーバー.

    `directory` becomes a trial authority if it is none; `now` is where the time comes from.
    """

    def __init__(self, directory: Path, *, now: clock.Clock = clock.system, port: int = 0) -> None:
        self.directory = directory
        trial = authority.create(directory, now())
        super().__init__(faults.RevocationService(trial, now), port=port)

    @property
    def routes(self) -> dict[str, str]:
        """Return which loopback address answers for the hosts named in certificates 経路表."""
        return {profiles.OCSP_HOST: self.url, profiles.CRL_HOST: self.url}
