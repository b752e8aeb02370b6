"""Keys and certificates from profiles; pure but for randomness 証明書の発行."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from trialpki import profiles

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

# A certificate used in the second of its birth must not be "not yet valid" on a machine whose clock is a little behind.
BACKDATE = timedelta(hours=1)


@dataclass(frozen=True)
class Issued:
    """A certificate and its private key 証明書と秘密鍵."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def rsa_key(self) -> rsa.RSAPrivateKey:
        """Return the key of a profile whose key kind is RSA RSA秘密鍵."""
        if not isinstance(self.key, rsa.RSAPrivateKey):
            raise TypeError("not an RSA key")
        return self.key

    @property
    def elliptic_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the key of a profile whose key kind is P-256 楕円曲線秘密鍵."""
        if not isinstance(self.key, ec.EllipticCurvePrivateKey):
            raise TypeError("not an elliptic curve key")
        return self.key


def fresh_key(kind: profiles.KeyKind) -> PrivateKey:
    """Return a new private key of `kind` 鍵生成."""
    if kind is profiles.KeyKind.P_256:
        return ec.generate_private_key(ec.SECP256R1())
    if kind is profiles.KeyKind.P_384:
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=4096 if kind is profiles.KeyKind.RSA_4096 else 3072)


def issue(profile: profiles.Profile, *, issuer: Issued | None, at: datetime, key: PrivateKey | None = None) -> Issued:
    """Return a certificate for `profile`, signed by `issuer`, or by itself when `issuer` is None 証明書の発行.

    `at` is an aware UTC moment; the certificate is valid from an hour before it for `profile.years` years.
    """
    own_key = key or fresh_key(profile.key)
    subject = _subject(profile)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before((at - BACKDATE).replace(microsecond=0))
        .not_valid_after((at + timedelta(days=365.25 * profile.years)).replace(microsecond=0))
    )
    for extension, critical in _extensions(profile, own_key, issuer):
        builder = builder.add_extension(extension, critical=critical)
    signing_key = issuer.key if issuer else own_key
    return Issued(builder.sign(signing_key, digest_for(signing_key)), own_key)


def digest_for(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384:
    """Return the digest that is as strong as `key` ハッシュ関数."""
    return hashes.SHA384() if key.key_size == 384 else hashes.SHA256()


def _subject(profile: profiles.Profile) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, profile.organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, profile.common_name),
        ]
    )


def _extensions(
    profile: profiles.Profile, own_key: PrivateKey, issuer: Issued | None
) -> list[tuple[x509.ExtensionType, bool]]:
    is_authority = profile.role is profiles.Role.AUTHORITY
    path_length = (1 if issuer is None else 0) if is_authority else None
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_authority, path_length=path_length), True),
        (_key_usage(profile.role), True),
        (x509.SubjectKeyIdentifier.from_public_key(own_key.public_key()), False),
    ]
    if profile.extended_key_usages:
        # RFC 3161 clause 2.3: the timestamping purpose stands alone and is critical.
        critical = profile.role is profiles.Role.TIMESTAMP
        found.append((x509.ExtendedKeyUsage(list(profile.extended_key_usages)), critical))
    if issuer is None:
        return found
    found.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False))
    if profile.role is profiles.Role.RESPONDER:
        # RFC 6960 clause 4.2.2.2.1: nobody asks about the one who answers.
        return [*found, (x509.OCSPNoCheck(), False)]
    policy = (
        x509.ObjectIdentifier("2.5.29.32.0") if profile.role is profiles.Role.AUTHORITY else profiles.CERTIFICATE_POLICY
    )
    return [
        *found,
        (x509.CertificatePolicies([x509.PolicyInformation(policy, None)]), False),
        (_information_access(profile.issuer), False),
        (_distribution_point(profile.issuer), False),
    ]


def _key_usage(role: profiles.Role) -> x509.KeyUsage:
    is_authority = role is profiles.Role.AUTHORITY
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=role in (profiles.Role.SIGNER, profiles.Role.TIMESTAMP),
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _information_access(authority: str) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(profiles.ocsp_url(authority))
            ),
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS,
                x509.UniformResourceIdentifier(profiles.certificate_url(authority)),
            ),
        ]
    )


def _distribution_point(authority: str) -> x509.CRLDistributionPoints:
    address = x509.UniformResourceIdentifier(profiles.crl_url(authority))
    return x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)])
