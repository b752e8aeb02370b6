"""Files for tests, and a worker that never sleeps."""

from datetime import UTC, datetime, timedelta

from tests import city
from warifu.access import person as access
from warifu.integrations import actions, models, reading
from warifu.integrations.layouts import LAYOUTS

AT = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
TOOLS = actions.Tools(clock=lambda: AT, lease=timedelta(seconds=30), post=city.POST)


def content(*lines: str, encoding: str = "utf-8-sig") -> bytes:
    """A file with these lines."""
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def handed_in(layout: str, *lines: str, by: access.Person | None = None, encoding: str = "utf-8-sig") -> models.Import:
    """A file of these lines, read but not compared yet."""
    return actions.hand_in(
        kind=LAYOUTS[layout],
        name=f"{layout}.csv",
        content=content(*lines, encoding=encoding),
        wanted=reading.Encoding.CP932 if encoding == "cp932" else None,
        by=by or city.oikawa(),
        at=AT,
    )


def work(made: models.Import) -> models.Import:
    """What the workers do until nothing is left to do."""
    while actions.advance(import_id=made.pk, tools=TOOLS, at=AT) is actions.Outcome.GOES_ON:
        pass
    made.refresh_from_db()
    return made


def checked(layout: str, *lines: str, by: access.Person | None = None, encoding: str = "utf-8-sig") -> models.Import:
    """A file of these lines, compared with the register."""
    return work(handed_in(layout, *lines, by=by, encoding=encoding))


def imported(
    layout: str, *lines: str, by: access.Person | None = None, without_wrong: bool = False, all_or_nothing: bool = False
) -> models.Import:
    """A file of these lines, taken over."""
    made = checked(layout, *lines, by=by)
    return taken_over(made, by=by, without_wrong=without_wrong, all_or_nothing=all_or_nothing)


def taken_over(
    made: models.Import,
    *,
    by: access.Person | None = None,
    without_wrong: bool = False,
    all_or_nothing: bool = False,
) -> models.Import:
    """A compared file, confirmed and applied."""
    actions.confirm(
        import_id=made.pk, without_wrong=without_wrong, all_or_nothing=all_or_nothing, by=by or city.oikawa(), at=AT
    )
    return work(made)


def told(made: models.Import) -> list[tuple[int, str, str]]:
    """(line, column, sentence) of everything that is wrong."""
    return [(row.line, column, text) for row in made.rows.all() for column, text in row.problems]


def differences(made: models.Import) -> list[tuple[str, str, list[list[str]]]]:
    """(change, label, differences) of every row that changes something."""
    return [(row.change, row.label, row.differences) for row in made.rows.exclude(change="wrong")]
