"""The table of OWASP ASVS 5.0, and the page about signing in, say what is there."""

import ast
import re
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import password_validation

from warifu.access import models, passwords, recovery, sessions, throttle, totp
from warifu.access.actions import accounts, invitations
from warifu.access.sso import tables

from . import floors

TABLE = floors.ROOT / "docs/development/asvs.md"
PAGE = floors.ROOT / "docs/operations/sign-in.md"
LINES = {
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
}
"""Requirements of levels 1 and 2 in each section; in all of these they are the first ones."""
RANDOM = re.compile(r"^(?:import random|from random import|from numpy)", re.MULTILINE)


def rows() -> Iterator[list[str]]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \d", line):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_every_requirement_of_levels_one_and_two_has_one_line() -> None:
    wanted = [f"{section}.{number}" for section, count in LINES.items() for number in range(1, count + 1)]
    assert [row[0] for row in rows()] == wanted
    assert {row[1] for row in rows()} == {"1", "2"}


def test_every_line_names_tests_that_are_there_or_says_why_there_is_none() -> None:
    for number, _, _, answer, proofs in rows():
        named = re.findall(r"`([^`]+)::(test_\w+)`", proofs)
        assert named or "**該当なし**" in answer, number
        for path, name in named:
            tree = ast.parse((floors.ROOT / path).read_text(encoding="utf-8"))
            found = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
            assert name in found, f"{number}: {path} has no {name}"


def test_the_page_about_signing_in_says_what_the_code_does() -> None:
    page = PAGE.read_text(encoding="utf-8").replace("\n", "")
    hours, minutes = int(throttle.MEMORY.total_seconds() // 3600), int(throttle.FIRST_PAUSE.total_seconds() // 60)
    window = int(throttle.NETWORK_WINDOW.total_seconds() // 60)
    limits = sessions.Limits()
    validators = password_validation.get_default_password_validators()
    least = next(one.min_length for one in validators if isinstance(one, passwords.LongEnough))
    for sentence in (
        f"{hours}時間に{throttle.ALLOWED}回失敗すると{minutes}分",
        f"最長{int(throttle.LONGEST_PAUSE.total_seconds() // 3600)}時間",
        f"{window}分に{throttle.ALLOWED_PER_NETWORK}回。{throttle.KNOWN_FOR.days}日以内に",
        f"{least}文字以上{passwords.LONGEST}文字まで",
        f"除いて{passwords.OWN_LETTERS}文字に満たない",
        f"{int(accounts.LINK_LIFE.total_seconds() // 3600)}時間、1回",
        f"1回限りのコード（{int(invitations.ONE_TIME_LIFE.total_seconds() // 60)}分）",
        f"操作がない時間 | {int(limits.idle.total_seconds() // 60)}分",
        f"サインインから | {int(limits.absolute.total_seconds() // 3600)}時間",
        f"再認証 | {settings.STEP_UP_MINUTES}分",
        f"{totp.SECONDS}秒ごとに替わり、端末の時計のずれとして前後{totp.SKEW}回分",
        *passwords.CONTEXT_WORDS,
    ):
        assert sentence in page, sentence


def test_passwords_are_typed_unseen_and_may_be_pasted() -> None:
    fields = 0
    for path in sorted((floors.ROOT / "warifu/web").rglob("*.html")):
        for tag in re.findall(r"<c-field[^>]*>", path.read_text(encoding="utf-8")):
            if re.search(r'name="[^"]*password|form\.(?:password|repeated)\b', tag):
                fields += 1
                assert 'kind="password"' in tag, path
                assert re.search(r'autocomplete="(?:current|new)-password"', tag), path
    assert fields >= 4
    for path in sorted((floors.ROOT / "warifu/web").rglob("*.js")):
        assert "paste" not in path.read_text(encoding="utf-8"), path


def test_no_password_ends_by_the_calendar() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (floors.ROOT / "warifu/access").rglob("*.py"))
    assert "password_changed_at__lt" not in written
    assert not re.search(r"password_changed_at\s*[+<>]", written)


def test_in_production_a_second_factor_is_demanded_unless_a_body_decides_otherwise() -> None:
    source = (floors.ROOT / "warifu/settings.py").read_text(encoding="utf-8")
    assert 'MFA_REQUIRED = switch("WARIFU_MFA_REQUIRED", default=not TRIAL)' in source


def test_every_way_in_ends_in_one_place() -> None:
    """Sessions of Django begin by its `login`, and a row of ours beside them in one function."""
    callers = {
        path.relative_to(floors.ROOT).as_posix()
        for path in (floors.ROOT / "warifu").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "login")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "login")
        )
    }
    assert callers == {"warifu/web/signed_in.py"}


def test_nobody_is_asked_for_a_hint_or_a_secret_question() -> None:
    columns = {field.name for field in models.Account._meta.get_fields()}
    assert not {one for one in columns if re.search("hint|question|answer", one)}


def test_secrets_come_from_the_operating_system() -> None:
    for room in ("access", "web", "integrations", "notifications", "vault", "agreements"):
        for path in sorted((floors.ROOT / "warifu" / room).rglob("*.py")):
            assert not RANDOM.search(path.read_text(encoding="utf-8")), path


def test_codes_told_by_other_channels_have_twenty_bits() -> None:
    assert 10 ** len(invitations.new_access_code()) >= 1 << 20
    letters = len(recovery.new_codes()[0].replace("-", ""))
    assert len(recovery.ALPHABET) ** letters >= 1 << 112


def test_whom_a_provider_knows_is_kept_by_provider_and_subject() -> None:
    unique = [set(one.fields) for one in tables.FederatedIdentity._meta.constraints if hasattr(one, "fields")]
    assert {"provider", "subject"} in unique
