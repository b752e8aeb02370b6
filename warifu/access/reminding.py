"""The round over all providers in use: does something of them end soon 期限の確認."""

from datetime import datetime

from . import actions
from . import letters as mails
from .sso import endings
from .sso import queries as sso


def tell_endings(*, letters: mails.Letters, at: datetime) -> int:
    """Tell administrators what has come nearer to its end since the last round; returns how many ends 期限の確認."""
    told = 0
    for provider in sso.offered():
        for ending, stage in endings.to_tell(provider, at=at):
            told += actions.tell_ending(provider=provider, ending=ending, stage=stage, letters=letters, at=at)
    return told
