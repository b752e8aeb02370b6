"""The README of a bundle: every command with its real numbers, for a person with a shell and openssl 手順書."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warifu.archive import marks
from warifu.pades import anatomy

from . import layout, wording

_TEMPLATES = Path(__file__).parent
_FENCE = "```"
_CHAIN = """python3 - log/events.jsonl <<'END'
import hashlib, json, sys
def sha256(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
previous = None
for line in open(sys.argv[1], encoding="utf-8"):
    e = json.loads(line)
    what = {name: e[name] for name in ("action", "actor", "at", "facts", "salt", "target") if name in e}
    place = {name: e[name] for name in ("format", "ledger", "previous", "sequence")}
    place["content"] = e["content"] if "content" in e else sha256(what)
    if e["digest"] != sha256(place) or previous not in (None, e["previous"]):
        sys.exit("line %d does not fit" % e["sequence"])
    previous = e["digest"]
    if e["sequence"] == @LAST@:
        print("line @LAST@:", e["digest"])
END"""


@dataclass(frozen=True, slots=True)
class Step:
    """One block of commands under a heading 手順."""

    ja: str
    en: str
    commands: str


@dataclass(frozen=True, slots=True)
class Dissected:
    """A document of the bundle with what it is made of 部品に分けた書類."""

    member: str
    title: str
    pieces: tuple[anatomy.Piece, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """Certificates in DER in the order of their names; OCSP responses and lists by name 検証の資料."""

    certificates: Sequence[bytes]
    ocsps: Sequence[tuple[str, bytes]]
    crls: Sequence[tuple[str, bytes]]


def render(language: str, *, words: Mapping[str, str], steps: Sequence[Step]) -> bytes:
    """The README in `ja` or `en`; `words` replace the names between @ signs 手順書の作成."""
    text = (_TEMPLATES / f"readme-{language}.txt").read_text(encoding="utf-8")
    blocks = [f"{step.ja if language == 'ja' else step.en}\n\n{_FENCE}\n{step.commands}\n{_FENCE}\n" for step in steps]
    for name, value in {**words, "STEPS": "\n".join(blocks).rstrip("\n")}.items():
        text = text.replace(f"@{name}@", value)
    return text.encode()


def steps(documents: Sequence[Dissected], *, told: marks.Marks, parts: Parts) -> list[Step]:
    """Everything that can be checked by hand, in order 手順の一覧."""
    found = [
        Step(
            "1　使う認証局を決め、すべてのファイルが目録どおりであることを確かめます。",
            "1 Choose the anchors; every file is as listed.",
            f"ANCHORS=${{ANCHORS:-{layout.ANCHORS}}}\nsha256sum --quiet -c {layout.SUMS} && echo 'files: OK'",
        )
    ]
    for document in documents:
        for number, piece in enumerate(document.pieces, start=1):
            found.append(_piece(document, number, piece, len(found) - 1))
    found += revocation(parts)
    found.append(_files(told))
    found += _log(told)
    return found


def _piece(document: Dissected, number: int, piece: anatomy.Piece, place: int) -> Step:
    file = document.member
    _, length, second, rest = piece.byte_range
    token = layout.piece(file, number, "token.der")
    cms = token if piece.kind == "timestamp" else layout.piece(file, number, "cms.der")
    commands = [
        f"head -c {length} {file} > covered.bin && tail -c +{second + 1} {file} | head -c {rest} >> covered.bin",
        f"tail -c +{piece.first_digit + 1} {file} | head -c {2 * len(piece.cms)} | tr a-f A-F | basenc -d --base16"
        f" | cmp - {cms}",
    ]
    verify = f'-CAfile "$ANCHORS" -untrusted {layout.ALL_CERTIFICATES}'
    if piece.stamp is None:
        at = ""
    else:
        at = f" -attime {int(piece.stamp.generated_at.timestamp())}"
    if piece.kind == "timestamp":
        commands.append(f"openssl ts -verify -data covered.bin -in {token} -token_in {verify}{at}")
        ja, en = "文書タイムスタンプ", "document timestamp"
    else:
        value = layout.piece(file, number, "value.bin")
        commands.append(
            f"openssl cms -verify -binary -inform DER -in {cms} -content covered.bin"
            f' -CAfile "$ANCHORS" -certfile {layout.ALL_CERTIFICATES} -purpose any{at} -out checked.bin'
        )
        commands.append(_cut(cms, piece.value_offset, piece.value, value))
        if piece.stamp is not None:
            commands.append(_cut(cms, piece.stamp.offset, piece.stamp.der, token))
            commands.append(f"openssl ts -verify -data {value} -in {token} -token_in {verify}{at}")
        ja, en = "電子署名とタイムスタンプ", "signature and its timestamp"
    if piece.stamp is not None:
        commands.append(f"openssl ts -reply -in {token} -token_in -text | grep -e 'Time stamp' -e 'Serial number'")
    commands.append("rm -f covered.bin checked.bin")
    return Step(
        f"2-{place + 1}　{wording.line(document.title)}：{number}番目の{ja}（{wording.line(piece.field)}）",
        f"2-{place + 1} {file}: no. {number}, {en} ({wording.line(piece.field)})",
        "\n".join(commands),
    )


def _cut(source: str, offset: int, content: bytes, member: str) -> str:
    return f"tail -c +{offset + 1} {source} | head -c {len(content)} | cmp - {member}"


def revocation(parts: Parts) -> list[Step]:
    """How to read what OCSP responders and lists said; no step when nothing is there 失効情報の手順."""
    commands = []
    for name, response in parts.ocsps:
        for answer in anatomy.answers(response, list(parts.certificates)):
            commands.append(
                # At the response's own moment, however many years ago that was.
                f"openssl ocsp -respin {name} -issuer certificates/{answer.issuer + 1:02d}.pem"
                f" -cert certificates/{answer.certificate + 1:02d}.pem -no_nonce"
                f' -CAfile "$ANCHORS" -verify_other {layout.ALL_CERTIFICATES}'
                f" -attime {int(answer.produced_at.timestamp()) + 1} -validity_period 1500000000 2>&1"
                " | grep -e 'Response verify OK' -e ': good' | grep -c '' | grep -x 2"
            )
    commands += [
        f"openssl crl -inform DER -in {name} -CAfile {layout.ALL_CERTIFICATES} -noout 2>&1 | grep 'verify OK'"
        for name, _ in parts.crls
    ]
    if not commands:
        return []
    return [
        Step(
            "3　失効情報（OCSP応答は「good」、CRLは発行元の署名）を確かめます。",
            "3 Revocation data: OCSP responses say good, lists are signed by their issuers.",
            "\n".join(commands),
        )
    ]


def _files(told: marks.Marks) -> Step:
    commands = []
    for number, file in enumerate(told.files, start=1):
        name = layout.contract(number)
        commands += [
            f'test "$(head -c {file.sealed_size} {name} | sha256sum | cut -c 1-64)" = {file.sealed_digest}',
            f'test "$(head -c {file.agreed_size} {name} | sha256sum | cut -c 1-64)" = {file.agreed_digest}',
            f"grep -a -q 'file={file.sealed_digest}/{file.sealed_size}/{file.agreed_digest}/{file.agreed_size}'"
            f" {layout.CERTIFICATE} && echo 'contract {number}: OK'",
        ]
    return Step(
        "4　締結証明書に記されたハッシュ値が、契約書（締結後の全体と、合意した部分）の値と一致することを確かめます。",
        "4 The certificate names the digests of the contracts, as sealed and as agreed to.",
        "\n".join(commands),
    )


def _log(told: marks.Marks) -> list[Step]:
    trail = told.trail
    return [
        Step(
            "5　監査証跡の連鎖を計算し、締結証明書に記された行の値と比べます。表示された二つの値は同じになります。",
            "5 Compute the chain of the event log, and compare the line that the certificate names. Both values agree.",
            _CHAIN.replace("@LAST@", str(trail.last))
            + f"\ngrep -a -o 'trail=[^,]*' {layout.CERTIFICATE} | sort -u"
            + f'\ngrep -q \'"digest":"{trail.digest}".*"sequence":{trail.last}[,}}]\' {layout.EVENTS}'
            + " && echo 'log: OK'",
        )
    ]
