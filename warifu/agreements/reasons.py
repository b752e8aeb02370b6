"""Why somebody takes back, returns or declines: words for the other side and for the ledger 理由."""

from warifu.japan import characters

from . import errors

LONGEST = 2_000


def require(reason: str, *, empty: str) -> None:
    """A reason that can be kept and shown 理由の確認.

    Raises `errors.Incomplete` for none (in the words of `empty`), for too long a one and for unfit characters. It may
    have several lines. Direction marks would show the other side something else than what was typed.
    """
    sentence = ""
    if not reason.strip():
        sentence = empty
    elif len(reason) > LONGEST:
        sentence = f"理由は{LONGEST:,}文字まで入力できます。いまは{len(reason):,}文字です。短くしてください。"
    else:
        problems = characters.forbidden(reason.translate({ord("\r"): " ", ord("\n"): " ", ord("\t"): " "}))
        sentence = problems[0].sentence if problems else ""
    if sentence:
        raise errors.Incomplete([errors.Missing("reason", sentence)])
