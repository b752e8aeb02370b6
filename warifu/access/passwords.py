"""How passwords are kept, and which may be chosen パスワードの保管と方針.

Length instead of rules about characters, no names of the person, none that attackers know, and no change by the
calendar (NIST SP 800-63B §3.1.1.2; M-20).
"""

import re
import unicodedata

from django.contrib.auth import hashers, password_validation
from django.core.exceptions import ValidationError

LONGEST = 256
CONTEXT_WORDS = (
    "warifu",
    "割符",
    "わりふ",
    "電子契約",
    "denshikeiyaku",
    "denshi",
    "電子",
    "契約",
    "keiyaku",
    "市役所",
    "shiyakusho",
    "役場",
    "yakuba",
    "盛岡広域",
    "morioka",
    "iwate",
    "岩手",
    "password",
    "パスワード",
    "pasuwado",
    "signin",
    "サインイン",
    "admin",
    "管理者",
)
"""What somebody who guesses tries first here; written down in docs/operations/sign-in.md too."""
OWN_LETTERS = 8
"""So many letters of one's own beside such words."""


class Argon2(hashers.Argon2PasswordHasher):
    """Argon2id with the figures of OWASP's password storage guidance (m=19 MiB, t=2, p=1) パスワードのハッシュ.

    Django's own default (100 MiB, p=8) would cap sign-ins at about five a second on two cores.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1


class LongEnough(password_validation.MinimumLengthValidator):
    """Django's check of the length, and an end to what a hash is asked to chew パスワードの長さ."""

    def validate(self, password: str, user: object = None) -> None:
        super().validate(password, user)  # type: ignore[arg-type]  # Django's stubs want its own abstract user
        if len(password) > LONGEST:
            raise ValidationError(f"パスワードは{LONGEST}文字まで使えます。短くしてください。", code="too_long")

    def get_error_message(self) -> str:
        return f"パスワードが短すぎます。{self.min_length}文字以上にしてください。言葉をつなげると覚えやすくなります。"


class NotCommon(password_validation.CommonPasswordValidator):
    """Django's list of twenty thousand よく使われるパスワードの検査."""

    def get_error_message(self) -> str:
        return "よく使われるパスワードのため、推測されるおそれがあります。ほかのパスワードにしてください。"


class NotAboutTheService:
    """A password made of words that everybody here thinks of is refused サービスや団体の名称の検査.

    Besides `CONTEXT_WORDS` the names of the person's municipality count. What is left without them, digits and marks
    has to be something of one's own; a password without such words is none of this check's business.
    """

    def validate(self, password: str, user: object = None) -> None:
        plain = unicodedata.normalize("NFKC", password).casefold()
        body = getattr(getattr(user, "staff", None), "municipality", None)
        words = [*CONTEXT_WORDS, *((body.name, body.slug.casefold()) if body else ())]
        left = plain
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, "")
        if left != plain and len(re.sub(r"[\W\d_]", "", left)) < OWN_LETTERS:
            raise ValidationError(
                "サービスや団体の名称、業務の言葉を並べただけでは、推測されるおそれがあります。ほかの言葉を加えてください。",
                code="password_about_the_service",
            )

    def get_help_text(self) -> str:
        return "サービスや団体の名称、業務の言葉を並べただけのパスワードは使えません。"


class NotAboutThem(password_validation.UserAttributeSimilarityValidator):
    """Django's comparison with what is known of the person 氏名などとの類似の検査."""

    def get_error_message(self) -> str:
        return "メールアドレスや氏名に似ているため、推測されるおそれがあります。ほかのパスワードにしてください。"
