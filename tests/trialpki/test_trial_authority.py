"""What `create` leaves on disk, judged by OpenSSL."""

import hashlib
import json
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.trialpki.conftest import BIRTH
from trialpki import __main__ as command
from trialpki import authority, clock, errors, profiles, revocations


def contents(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


def verify(made: authority.Authority, chain: str, name: str, *options: str) -> str:
    directory = made.directory
    done = subprocess.run(
        [
            "openssl",
            "verify",
            "-x509_strict",
            "-attime",
            str(int((BIRTH + timedelta(days=1)).timestamp())),
            *options,
            "-CAfile",
            directory / "root.pem",
            "-untrusted",
            directory / chain,
            directory / f"{name}.pem",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("chain", "name"),
    [
        ("chain.pem", "issuing"),
        ("chain.pem", "signer"),
        ("chain.pem", "issuing-ocsp"),
        ("chain.pem", "root-ocsp"),
        ("tsa-chain.pem", "tsa"),
        ("tsa-chain.pem", "tsa-ca-ocsp"),
    ],
)
def test_openssl_traces_each_certificate_to_the_root(made: authority.Authority, chain: str, name: str) -> None:
    assert verify(made, chain, name).strip().endswith(": OK")


def test_openssl_does_not_trace_the_tsa_through_the_signers_chain(made: authority.Authority) -> None:
    assert "unable to get local issuer certificate" in verify(made, "chain.pem", "tsa")


def test_openssl_accepts_the_tsa_for_timestamps_and_not_the_signer(made: authority.Authority) -> None:
    assert verify(made, "tsa-chain.pem", "tsa", "-purpose", "timestampsign").strip().endswith(": OK")
    assert "unsuitable certificate purpose" in verify(made, "chain.pem", "signer", "-purpose", "timestampsign")


def test_only_the_owner_reads_the_keys(made: authority.Authority) -> None:
    assert stat.S_IMODE(made.directory.stat().st_mode) == 0o700
    keys = list(made.directory.glob("*.key"))
    assert {path.stem for path in keys} == {profile.name for profile in profiles.PROFILES}
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_a_second_create_changes_nothing(made: authority.Authority) -> None:
    before = contents(made.directory)
    again = authority.create(made.directory, BIRTH + timedelta(days=400))
    assert contents(made.directory) == before
    assert again.by_name == made.by_name


def test_create_refuses_a_directory_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "minutes.txt").write_text("議事録", encoding="utf-8")
    with pytest.raises(errors.NotATrialAuthority, match="空のディレクトリ"):
        authority.create(tmp_path, BIRTH)
    assert [path.name for path in tmp_path.iterdir()] == ["minutes.txt"]


def test_create_takes_an_empty_directory_and_leaves_no_draft_beside_it(
    tmp_path: Path, made: authority.Authority
) -> None:
    place = tmp_path / "pki"
    place.mkdir(mode=0o755)
    authority.create(place, BIRTH)
    assert sorted(path.name for path in place.iterdir()) == sorted(path.name for path in made.directory.iterdir())
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_an_authority_with_a_missing_key_is_not_silently_made_anew(tmp_path: Path, made: authority.Authority) -> None:
    for path in made.directory.iterdir():
        if path.name != "signer.key":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(errors.NotATrialAuthority):
        authority.create(tmp_path, BIRTH)


def test_every_subject_says_trial(made: authority.Authority) -> None:
    for certificate in made.by_name.values():
        for attribute in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            assert "試験用" in str(certificate.subject.get_attributes_for_oid(attribute)[0].value)


def test_lifetimes_and_keys_are_those_of_the_plan(made: authority.Authority) -> None:
    years = {name: round((each.not_valid_after_utc - BIRTH).days / 365.25) for name, each in made.by_name.items()}
    assert {name: years[name] for name in ("root", "signer", "tsa")} == {"root": 25, "signer": 3, "tsa": 11}
    sizes = {}
    for name in ("root", "issuing", "signer", "tsa"):
        key = made.by_name[name].public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        sizes[name] = key.key_size
    assert sizes == {"root": 4096, "issuing": 3072, "signer": 3072, "tsa": 3072}


def test_the_signer_may_sign_documents_and_cannot_deny_it(made: authority.Authority) -> None:
    extensions = made.by_name["signer"].extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    purposes = {each.dotted_string for each in extensions.get_extension_for_class(x509.ExtendedKeyUsage).value}
    assert purposes == {"1.3.6.1.5.5.7.3.36", "1.2.840.113583.1.1.5", "1.3.6.1.5.5.7.3.4"}


def test_the_timestamp_purpose_is_critical_and_alone(made: authority.Authority) -> None:
    extension = made.by_name["tsa"].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert extension.critical
    assert list(extension.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_nobody_asks_about_the_responders(made: authority.Authority) -> None:
    for name in profiles.AUTHORITIES:
        assert made.by_name[f"{name}-ocsp"].extensions.get_extension_for_class(x509.OCSPNoCheck)


def test_addresses_in_certificates_are_reserved_names(made: authority.Authority) -> None:
    extensions = made.by_name["signer"].extensions
    access = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    points = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert [each.access_location.value for each in access] == [
        "http://ocsp.trial-ca.test/ocsp/issuing",
        "http://crl.trial-ca.test/certs/issuing.crt",
    ]
    assert [name.value for name in points[0].full_name or []] == ["http://crl.trial-ca.test/crl/issuing.crl"]


def test_the_notice_says_that_it_has_no_legal_weight(made: authority.Authority) -> None:
    assert "法的な効力はありません" in (made.directory / "README.txt").read_text(encoding="utf-8")


def test_revoking_twice_keeps_the_first_moment(tmp_path: Path) -> None:
    first = revocations.Revocation("signer", 77, BIRTH, x509.ReasonFlags.key_compromise)
    later = revocations.Revocation("signer", 77, BIRTH + timedelta(days=9), x509.ReasonFlags.superseded)
    revocations.record(tmp_path, first)
    assert revocations.record(tmp_path, later) == first
    assert revocations.read(tmp_path) == (first,)
    assert len(json.loads((tmp_path / "revoked.json").read_text(encoding="utf-8"))) == 1


def test_revoking_an_unknown_name_says_which_names_there_are(
    made: authority.Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["revoke", str(made.directory), "sato"]) == 2
    assert "signer" in capsys.readouterr().err
    assert not (made.directory / "revoked.json").exists()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(errors.UnreadableClock, match="時差"):
        clock.moment("2026-04-01T09:00:00")
    assert clock.moment("2026-04-01T09:00:00+09:00") == datetime(2026, 4, 1, tzinfo=UTC)
