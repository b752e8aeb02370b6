"""Every environment variable, typed, once 設定.

This module is both Django's settings and the single reader of the environment. Everything below the roof receives
objects built from it by `warifu.wiring`; nobody else looks at `os.environ`.
"""

import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from warifu.access import proxies
from warifu.pades import sunsets


class SettingMissing(RuntimeError):
    """A setting is absent or unreadable; the text says which one and what to write 設定の不足."""


def text(name: str, default: str = "") -> str:
    """A setting, or the content of the file that `<name>_FILE` points to (for secrets) 文字の設定."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def number(name: str, default: int) -> int:
    """A whole number; raises `SettingMissing` for anything else 数の設定."""
    raw = os.environ.get(name, "")
    try:
        return int(raw) if raw else default
    except ValueError as wrong:
        raise SettingMissing(f"{name}={raw!r} is not a whole number") from wrong


def switch(name: str, *, default: bool) -> bool:
    """On or off; raises `SettingMissing` for a word that says neither 切替えの設定."""
    raw = os.environ.get(name, "").lower()
    if raw in {"", "0", "1", "no", "yes", "false", "true"}:
        return default if raw == "" else raw in {"1", "yes", "true"}
    raise SettingMissing(f"{name}={raw!r}: write 1 or 0")


def place(name: str, default: Path | None = None) -> Path | None:
    """Where a file lies, None when nothing is written 場所の設定."""
    written = text(name)
    return Path(written) if written else default


def names(name: str, default: str = "") -> list[str]:
    """Several words with commas between them 列挙の設定."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def pairs(name: str, default: str = "") -> dict[str, str]:
    """`prefix=address,prefix=address` as a table; used for routes of revocation services 対応表の設定."""
    return dict(part.split("=", 1) for part in names(name, default))


def last_days(name: str) -> dict[str, date]:
    """`128=2040-12-31,rsa-2048=2028-12-31` as a table of algorithms or strengths and days 移行期限の設定.

    Raises `SettingMissing` for no day, and for an algorithm that the table of sunsets does not know.
    """
    try:
        found = {word: date.fromisoformat(day) for word, day in pairs(name).items()}
    except ValueError as wrong:
        raise SettingMissing(f"{name}: write name=YYYY-MM-DD, with commas between") from wrong
    unknown = [word for word in found if not sunsets.nameable(word)]
    if unknown:
        raise SettingMissing(
            f"{name}: {', '.join(unknown)} is not known; write names as sha256, rsa-3072, p-256 or 128"
        )
    return found


ROOT = Path(__file__).resolve().parent.parent

# -- where things lie -------------------------------------------------------------------------------
DATA_DIR = Path(text("WARIFU_DATA", str(ROOT / "data"))).resolve()
OBJECTS_DIR = DATA_DIR / "objects"
MAILBOX_DIR = DATA_DIR / "mailbox"
TRIAL_DIR = DATA_DIR / "trial"
SCRATCH_DIR = DATA_DIR / "scratch"
ROOT_KEY_FILE = Path(text("WARIFU_ROOT_KEY_PATH", str(DATA_DIR / "root.key")))
SECRET_FILE = Path(text("WARIFU_SECRET_PATH", str(DATA_DIR / "secret.key")))

# -- who we are to the outside ----------------------------------------------------------------------
PUBLIC_URL = text("WARIFU_PUBLIC_URL", "http://127.0.0.1:8000")
TRIAL = switch("WARIFU_TRIAL", default=True)
HELPDESK_PHONE = text("WARIFU_HELPDESK_PHONE", "019-000-0000")

# -- signing, timestamping, revocation --------------------------------------------------------------
SIGNER_FILE = Path(text("WARIFU_SIGNER_PATH", str(TRIAL_DIR / "signer.pem")))
SIGNER_KEY_FILE = Path(text("WARIFU_SIGNER_KEY_PATH", str(TRIAL_DIR / "signer.key")))
SIGNER_CHAIN_FILE = place(
    "WARIFU_SIGNER_CHAIN_PATH", None if os.environ.get("WARIFU_SIGNER_PATH") else TRIAL_DIR / "chain.pem"
)
SIGNER_PASSWORD_FILE = place("WARIFU_SIGNER_PASSWORD_PATH")
SIGNERS_FILE = place("WARIFU_SIGNERS_PATH")
SIGNER_REFUSED_DAYS = number("WARIFU_SIGNER_REFUSED_DAYS", 30)
SIGNER_ALARM_MONTHS = number("WARIFU_SIGNER_ALARM_MONTHS", 3)
NAME_FONTS = [Path(path) for path in names("WARIFU_NAME_FONT_PATHS")]
TRUST_FILES = [Path(path) for path in names("WARIFU_TRUST_PATHS", str(TRIAL_DIR / "root.pem"))]
TSA_FILE = place("WARIFU_TSA_PATH")
TRUST_LISTS_DIR = Path(text("WARIFU_TRUST_LISTS_PATH", str(DATA_DIR / "trust")))
TSA_URLS = names("WARIFU_TSA_URLS", "http://127.0.0.1:8001/tsa")
REVOCATION_ROUTES = pairs(
    "WARIFU_REVOCATION_ROUTES",
    "http://ocsp.trial-ca.test=http://127.0.0.1:8002,http://crl.trial-ca.test=http://127.0.0.1:8002",
)
TSA_TIMEOUT_SECONDS = number("WARIFU_TSA_TIMEOUT_SECONDS", 5)
SEAL_LEASE_SECONDS = number("WARIFU_SEAL_LEASE_SECONDS", 30)
RENEWAL_LEASE_SECONDS = number("WARIFU_RENEWAL_LEASE_SECONDS", 600)
RENEWAL_LEAD_DAYS = number("WARIFU_RENEWAL_LEAD_DAYS", 365)
RENEWALS_PER_MINUTE = number("WARIFU_RENEWALS_PER_MINUTE", 60)
ALGORITHM_SUNSETS = last_days("WARIFU_ALGORITHM_SUNSETS")

# -- signing in -------------------------------------------------------------------------------------
MFA_REQUIRED = switch("WARIFU_MFA_REQUIRED", default=not TRIAL)
# Browsers make passkeys under a name only; a trial at 127.0.0.1 has them at localhost.
PASSKEY_ORIGIN = PUBLIC_URL.rstrip("/").replace("//127.0.0.1", "//localhost") if TRIAL else PUBLIC_URL.rstrip("/")
BREACHED_PASSWORDS_FILE = place("WARIFU_BREACHED_PASSWORDS_PATH")
STEP_UP_MINUTES = number("WARIFU_STEP_UP_MINUTES", 5)
# A trial may ask an identity provider on its own machine; elsewhere only networks named here, and the whole world.
SSO_NETWORKS = names("WARIFU_SSO_NETWORKS", "127.0.0.0/8,::1/128" if TRIAL else "")
SIGN_IN_ANSWER_MILLISECONDS = number("WARIFU_SIGN_IN_ANSWER_MILLISECONDS", 400)

# -- mail -------------------------------------------------------------------------------------------
MAIL_TO_MAILBOX = switch("WARIFU_MAIL_TO_MAILBOX", default=TRIAL)
if MAIL_TO_MAILBOX and not TRIAL:
    # The mailbox is open to everybody: links and codes of real contracts must never lie in it.
    raise SettingMissing(
        "WARIFU_MAIL_TO_MAILBOX=1 is for trials only: with WARIFU_TRIAL=0 write 0 and set WARIFU_SMTP_*"
    )
MAIL_FROM = text("WARIFU_MAIL_FROM", "割符 電子契約 <noreply@warifu.example.jp>")
EMAIL_HOST = text("WARIFU_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = number("WARIFU_SMTP_PORT", 25)
EMAIL_HOST_USER = text("WARIFU_SMTP_USER")
EMAIL_HOST_PASSWORD = text("WARIFU_SMTP_PASSWORD")
EMAIL_USE_TLS = switch("WARIFU_SMTP_STARTTLS", default=False)
EMAIL_TIMEOUT = 20

# -- limits -----------------------------------------------------------------------------------------
UPLOAD_MAX_BYTES = number("WARIFU_UPLOAD_MAX_BYTES", 50 * 1024 * 1024)
UPLOAD_MAX_FILES = 20
# A trial runs on what Python brings; in production all three compare the pages of an upload, or nothing comes in.
RENDERERS = tuple(names("WARIFU_RENDERERS", "pdfium" if TRIAL else "pdfium,poppler,mupdf"))
VERIFY_AT_ONCE = number("WARIFU_VERIFY_AT_ONCE", 2)
VERIFY_REPORTS_PER_HOUR = number("WARIFU_VERIFY_REPORTS_PER_HOUR", 60)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FORM_MAX_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE
FORM_AROUND_FILES_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_MAX_FILES
try:
    TRUSTED_PROXIES = proxies.read(text("WARIFU_TRUSTED_PROXIES"))
except proxies.ChainUnreadable as wrong:
    raise SettingMissing(f"WARIFU_TRUSTED_PROXIES: {wrong}; write 2 or 10.0.0.0/8,fd00::/8") from wrong
PROXY_HEADER = text("WARIFU_PROXY_HEADER", "X-Forwarded-For")


def _secret() -> str:
    """The key for sessions and form tokens; made once in the data directory of the embedded default."""
    given = text("WARIFU_SECRET")
    if given:
        return given
    SECRET_FILE.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return SECRET_FILE.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
    return SECRET_FILE.read_text(encoding="utf-8").strip()


def _database(url: str) -> dict[str, Any]:
    """`sqlite:///path` or `postgresql://user:password@host:port/name` as Django's settings.

    SQLite: WAL and IMMEDIATE, so that a read-then-write transaction never fails with "database is locked";
    synchronous=FULL, because a consent that was answered must survive a power cut.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA secure_delete=ON;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-64000;"
                "PRAGMA journal_size_limit=67108864;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": {"pool": {"min_size": 1, "max_size": number("WARIFU_DATABASE_CONNECTIONS", 10)}},
        }
    raise SettingMissing("WARIFU_DATABASE_URL: write sqlite:///path or postgresql://user:password@host:port/name")


# -- Django -----------------------------------------------------------------------------------------
SECRET_KEY = _secret()
DEBUG = False
_host = urlsplit(PUBLIC_URL).hostname or "127.0.0.1"
_https = urlsplit(PUBLIC_URL).scheme == "https"
ALLOWED_HOSTS = [_host, *names("WARIFU_HOSTS", "127.0.0.1,localhost,testserver" if TRIAL else "")]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_tasks",
    "django_tasks_db",
    "warifu.audit",
    "warifu.vault",
    "warifu.directory",
    "warifu.access",
    "warifu.archive",
    "warifu.notifications",
    "warifu.agreements",
    "warifu.transfers",
    "warifu.operations",
    "warifu.integrations",
    "warifu.jobs",
    "warifu.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "warifu.web.middleware.request_line",
    "warifu.web.middleware.body_limits",
    "warifu.web.middleware.scoped",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "warifu.web.guard.SignedInGuard",
    "warifu.web.admission.Admission",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "warifu.web.middleware.printable",
    "warifu.web.middleware.PrivatePages",
    "warifu.web.middleware.footprint",
]
ROOT_URLCONF = "warifu.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            ROOT / "warifu/web",
            *(
                ROOT / "warifu/web" / surface / "templates"
                for surface in ("desk", "counter", "entrance", "verify", "console", "office")
            ),
        ],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.filesystem.Loader"],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "warifu.web.tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "warifu.web.surroundings.surroundings",
            ],
        },
    }
]
COTTON_DIR = "components"

DATABASES = {"default": _database(text("WARIFU_DATABASE_URL", f"sqlite:///{DATA_DIR / 'warifu.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "access.Account"
PASSWORD_HASHERS = ["warifu.access.passwords.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "warifu.access.passwords.LongEnough", "OPTIONS": {"min_length": 15}},
    {"NAME": "warifu.access.passwords.NotCommon"},
    {"NAME": "warifu.access.passwords.NotAboutThem", "OPTIONS": {"user_attributes": ("mail", "name")}},
    {"NAME": "warifu.access.passwords.NotAboutTheService"},
    {"NAME": "warifu.access.breached.NotBreached", "OPTIONS": {"list_file": BREACHED_PASSWORDS_FILE}},
]
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/signin/"
# Our own rows end sessions sooner (`access.sessions`); the cookie goes when the browser is closed.
SESSION_COOKIE_AGE = 24 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-warifu" if _https else "warifu"
CSRF_COOKIE_NAME = "__Host-warifu-form" if _https else "warifu-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "warifu.web.refusals.form_expired"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
# W008: the proxy that ends TLS sends plain HTTP on to https; here it would go round for ever where the proxy does not
# say which it was. W021: the preload list is for whoever owns the whole domain to decide, and hard to leave again.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send "Origin: null" with our own forms, and every one of them would be refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ROOT / "warifu/web/static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

_shared_processors: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*_shared_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared_processors,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": text("WARIFU_LOG_LEVEL", "WARNING")},
    # pyHanko tells each refused certificate with a traceback; what matters of it comes back as a report.
    "loggers": {
        "warifu": {"level": "INFO"},
        # Django's own lines name the path, and a path may hold the token of a link; `web.middleware` tells faults and
        # `web.refusals` tells refused forms instead, by the route.
        "django.request": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "CRITICAL"},
        "pyhanko": {"level": "ERROR"},
        "pyhanko_certvalidator": {"level": "ERROR"},
    },
}
