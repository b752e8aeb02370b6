"""How passwords are kept パスワードの保管."""

from django.contrib.auth import hashers


class Argon2(hashers.Argon2PasswordHasher):
    """Argon2id with the figures of OWASP's password storage guidance (m=19 MiB, t=2, p=1) パスワードのハッシュ.

    Django's own default (100 MiB, p=8) would cap sign-ins at about five a second on two cores.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
