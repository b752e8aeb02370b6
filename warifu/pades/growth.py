"""A file that grows by incremental updates and is otherwise left alone (ISO 32000-2, 7.5.6). 増分更新"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from . import errors, octets, syntax

_CHUNK = 1 << 20
_DEEPEST_PAGE, _LONGEST_WAY = 64, 32
_ESIC = b"<< /Type /DeveloperExtensions /BaseVersion /1.7 /ExtensionLevel 1 >>"

_NEW_OBJECTS, _HIGH_NUMBER, _TOLERATED_MENTIONS = 20, 100_000, 0.01

Reference = syntax.Reference


@dataclass(frozen=True)
class Gap:
    """Where a signature container will stand, and the digest of everything around it. 署名容器の場所

    `room` is in bytes. The update is complete but for the container and is not in the file yet.
    """

    update: bytearray
    start: int
    room: int
    digest: bytes
    startxref: int


@dataclass
class _State:
    """What later updates must know of earlier ones. 現在の状態"""

    next_number: int
    startxref: int
    length: int
    texts: dict[Reference, bytes] = field(default_factory=dict)
    digests: dict[str, Any] = field(default_factory=dict)


class GrowingFile:
    """Appends updates to a seekable stream; the bytes that were there are read, never written. 増分更新するファイル

    The source is parsed once and hashed once per algorithm, however many signatures follow: a document timestamp over
    100 MB then costs the digest of the 50 kB before it. Objects that change keep every octet but those that must change
    (`syntax`). An update reaches the stream in one write, complete; when that fails, the stream is cut back.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        reader: Any = PdfFileReader(stream, strict=True)
        if reader.encrypted:
            raise errors.SealingFailed("the file is encrypted")
        if reader.xrefs.hybrid_xrefs_present:
            raise errors.SealingFailed("the file has a hybrid cross-reference")
        self._reader = reader
        trailer = reader.trailer
        self.root = _reference(trailer.raw_get("/Root"))
        self._info = _reference(trailer.raw_get("/Info")) if "/Info" in trailer else None
        self._identifier = _first_identifier(trailer)
        self._state = _State(
            next_number=0,
            startxref=int(reader.last_startxref),
            length=stream.seek(0, os.SEEK_END),
        )
        self._state.next_number = _unmentioned(int(trailer["/Size"]), self._state.length)
        self.containers: list[bytes] = []
        self.stored: dict[int, bytes] = {}

    @property
    def version(self) -> tuple[int, int]:
        """Of the header, or of the catalogue where that is higher. 版"""
        major, minor = self._reader.input_version
        return int(major), int(minor)

    def begin(self) -> Update:
        """An empty update. 更新の開始"""
        return Update(self)

    def digest(self, algorithm: str) -> Any:
        """Digest state over all bytes so far; a copy, to be continued. ハッシュの途中経過"""
        state = self._state.digests.get(algorithm)
        if state is None:
            state = hashlib.new(algorithm)
            self._stream.seek(0)
            for chunk in iter(lambda: self._stream.read(_CHUNK), b""):
                state.update(chunk)
            self._state.digests[algorithm] = state
        return state.copy()

    def append(self, update: bytes | bytearray, startxref: int) -> None:
        """Write a finished update at the end; when that fails, the file is as it was. 追記"""
        if self._stream.seek(0, os.SEEK_END) != self._state.length:
            raise errors.SealingFailed("the file changed while it was sealed")
        try:
            self._stream.write(update)
            self._stream.flush()
        except OSError:
            self._stream.truncate(self._state.length)
            raise
        for state in self._state.digests.values():
            state.update(update)
        self._state.length += len(update)
        self._state.startxref = startxref

    def read(self, start: int, size: int) -> bytes:
        """Some bytes of the file. 読取"""
        self._stream.seek(start)
        return self._stream.read(size)

    def place_of(self, target: Reference) -> int | None:
        """The offset of an indirect object, None inside an object stream or nowhere. 位置"""
        place = self._place(target)
        return place if isinstance(place, int) else None

    def parsed(self, target: Reference) -> Any:
        """pyHanko's form of an object as it stood when the file was opened. 解析済オブジェクト"""
        return self._reader.get_object(generic.Reference(*target, self._reader))

    def text(self, target: Reference) -> bytes:
        """The octets of an object as it is now; of a stream, those of its dictionary. 現在の内容

        An object that does not exist is null (ISO 32000-2, 7.3.10).
        """
        known = self._state.texts.get(target)
        if known is None:
            known = octets.at(self._place(target), read=self.read, parsed=self.parsed)
        return known

    def _place(self, target: Reference) -> Any:
        return self._reader.xrefs[generic.Reference(*target, self._reader)]


class Update:
    """One incremental update in the making. 増分更新"""

    def __init__(self, file: GrowingFile) -> None:
        self._file = file
        self._state = file._state
        self._next = self._state.next_number
        self._objects: dict[Reference, bytes] = {}

    def reference(self) -> Reference:
        """A number for a new object. 参照の採番"""
        number, self._next = self._next, self._next + 1
        return number, 0

    def put(self, target: Reference, body: bytes) -> Reference:
        """Write an object, encoded, under this number. 書込み"""
        self._objects[target] = self._state.texts[target] = body
        return target

    def resolved(self, value: bytes | None) -> tuple[bytes | None, Reference | None]:
        """What a value is when references are followed, and the last of these; null is None. 参照先"""
        last: Reference | None = None
        for _ in range(_LONGEST_WAY):
            target = syntax.reference(value)
            if target is None:
                return (None if value == b"null" else value), last
            last, value = target, self._file.text(target)
        raise ValueError("references lead in a circle")

    def dictionary(self, value: bytes | None) -> syntax.Dictionary:
        """The dictionary that a value is or refers to; an empty one for null. 辞書"""
        found, _ = self.resolved(value)
        return syntax.Dictionary.read(found if found is not None else b"<<>>")

    def items(self, value: bytes | None) -> list[bytes]:
        """The items of the array that a value is or refers to; none for null. 配列の要素"""
        found, _ = self.resolved(value)
        return syntax.items(found) if found is not None else []

    @property
    def catalogue(self) -> syntax.Dictionary:
        """The document catalogue. カタログ"""
        return self.dictionary(syntax.referring(self._file.root))

    def change(self, target: Reference, key: str, value: bytes) -> None:
        """Give a dictionary another value under a key. 値の変更"""
        self.put(target, syntax.Dictionary.read(self._file.text(target)).put(key, value).text)

    def extend(self, target: Reference, key: str, item: bytes) -> None:
        """Add an item to the list under a key. 配列への追加

        The list is written into the dictionary even where it was an object of its own: that object may serve others.
        """
        held = syntax.Dictionary.read(self._file.text(target))
        self.put(target, held.put(key, syntax.array_of([*self.items(held.get(key)), item])).text)

    def own_object(self, key: str, empty: bytes) -> Reference:
        """The object under a key of the catalogue; it becomes one of its own if it was none. 独立オブジェクト化"""
        found, target = self.resolved(self.catalogue.get(key))
        if found is not None and target is not None:
            return target
        target = self.put(self.reference(), found if found is not None else empty)
        self.change(self._file.root, key, syntax.referring(target))
        return target

    def require_version(self) -> None:
        """At least PDF 1.7, with the extension that CAdES signatures are (EN 319 142-1, 5.1 and annex). 版"""
        version = self._file.version
        if version >= (2, 0):
            return
        if version < (1, 7) and self.catalogue.get("/Version") != b"/1.7":
            self.change(self._file.root, "/Version", b"/1.7")
        known = self.dictionary(self.catalogue.get("/Extensions"))
        if known.get("/ESIC") is None:
            self.change(self._file.root, "/Extensions", known.put("/ESIC", _ESIC).text)

    def first_page(self) -> Reference:
        """The first page. 最初の頁"""
        found = self._first_page(self.catalogue.get("/Pages"), 0)
        if found is None:
            raise errors.SealingFailed("the first page cannot be found")
        return found

    def _first_page(self, value: bytes | None, depth: int) -> Reference | None:
        node, target = self.resolved(value)
        if node is None or depth > _DEEPEST_PAGE:
            return None
        held = syntax.Dictionary.read(node)
        if "/Kids" not in held.places:
            return target
        for kid in self.items(held.get("/Kids")):
            found = self._first_page(kid, depth + 1)
            if found is not None:
                return found
        return None

    def finish(self) -> None:
        """Append it as it is: an update without a signature. 追記"""
        data, _, startxref = self._encoded(None)
        self._commit(data, startxref)

    def around(self, signature: Reference, before: bytes, after: bytes, *, room: int, algorithm: str) -> Gap:
        """Encode it around a signature dictionary, and digest what the signature will cover. 署名範囲のハッシュ

        `before` and `after` are the dictionary's other entries; /Contents and /ByteRange come between.
        """
        hexes = 2 * room
        pattern = b"<<%s/Contents <%s>\n/ByteRange [0 %10d %10d %10d]\n%s>>"
        self._objects[signature] = pattern % (before, b"0" * hexes, 0, 0, 0, after)
        data, offset, startxref = self._encoded(signature)
        start = offset + 2 + len(before) + len(b"/Contents ")
        base = self._state.length
        end = start + hexes + 2
        ranges = b"/ByteRange [0 %10d %10d %10d]" % (base + start, base + end, len(data) - end)
        place = end + 1
        data[place : place + len(ranges)] = ranges
        digest = self._file.digest(algorithm)
        view = memoryview(data)
        digest.update(view[:start])
        digest.update(view[end:])
        view.release()
        return Gap(data, start, room, digest.digest(), startxref)

    def fill(self, gap: Gap, container: bytes) -> None:
        """Put the container into its place and append the update. 署名の記入

        Raises `ValueError` when there is not enough room; nothing is written then.
        """
        if len(container) > gap.room:
            raise ValueError("the container needs more room")
        gap.update[gap.start + 1 : gap.start + 1 + 2 * len(container)] = container.hex().encode("ascii")
        self._commit(gap.update, gap.startxref)
        self._file.containers.append(container)

    def _commit(self, data: bytearray, startxref: int) -> None:
        self._file.append(data, startxref)
        # A cross-reference stream took a number too.
        self._state.next_number = self._next + int(self._file._reader.has_xref_stream)

    def _encoded(self, wanted: Reference | None) -> tuple[bytearray, int, int]:
        """The update's bytes, the offset of one object's body in them, and where the cross-reference begins."""
        base = self._state.length
        data = bytearray(b"" if self._file.read(base - 1, 1) in b"\r\n" else b"\n")
        places: dict[Reference, int] = {}
        body = 0
        for target, encoded in sorted(self._objects.items()):
            places[target] = base + len(data)
            data += b"%d %d obj\n" % target
            if target == wanted:
                body = len(data)
            data += encoded
            data += b"\nendobj\n"
        startxref = base + len(data)
        data += self._cross_reference(places, startxref)
        data += b"startxref\n%d\n%%%%EOF\n" % startxref
        return data, body, startxref

    def _cross_reference(self, places: dict[Reference, int], startxref: int) -> bytes:
        """A table or a stream, as the file has it. The identifier's second part is new (ISO 32000-2, 14.4)."""
        changed = hashlib.sha256(repr(sorted(places.items())).encode()).hexdigest()[:32].encode("ascii")
        first = self._file._identifier.hex().encode("ascii") or changed
        trailer = b"/Root %s " % syntax.referring(self._file.root)
        if self._file._info is not None:
            trailer += b"/Info %s " % syntax.referring(self._file._info)
        trailer += b"/ID [<%s> <%s>] /Prev %d " % (first, changed, self._state.startxref)
        if self._file._reader.has_xref_stream:
            return self._as_stream(places, startxref, trailer)
        return _as_table(places) + b"trailer\n<< %s/Size %d >>\n" % (trailer, self._next)

    def _as_stream(self, places: dict[Reference, int], startxref: int, trailer: bytes) -> bytes:
        # Its number is not kept: the update may be encoded again, with more in it.
        own, size = (self._next, 0), self._next + 1
        entries = {**places, own: startxref}
        index: list[int] = []
        rows = bytearray()
        for run in _runs(entries):
            index += [run[0][0], len(run)]
            for key in run:
                rows += b"\x01" + entries[key].to_bytes(8, "big") + key[1].to_bytes(2, "big")
        sections = b" ".join(b"%d" % number for number in index)
        described = b"/Type /XRef /W [1 8 2] /Index [%s] %s/Size %d " % (sections, trailer, size)
        return b"%d %d obj\n%s\nendobj\n" % (*own, syntax.stream(bytes(rows), described, packed=False))


def _reference(value: Any) -> Reference:
    if not isinstance(value, generic.IndirectObject):
        raise errors.SealingFailed("the trailer does not refer to an object where it must")
    return int(value.idnum), int(value.generation)


def _first_identifier(trailer: Any) -> bytes:
    listed: Any = trailer["/ID"] if "/ID" in trailer else None  # noqa: SIM401 - `get` hands out references
    if listed is None or len(listed) == 0:
        return b""
    first = listed[0]
    return bytes(getattr(first, "original_bytes", first))


def _unmentioned(size: int, length: int) -> int:
    """A first number for new objects that the file's bytes hardly mention.

    In random bytes "7 0 R" stands 14 times in a gigabyte for each number of one digit, and each further digit makes it
    256 times as rare. A scan of one page with few objects would soon seem to refer to what we add, and then nobody can
    prove that nothing old reaches it. Most files keep their numbers without a gap.
    """
    expected = length * 1.4e-8 * _NEW_OBJECTS / 256 ** (len(str(size)) - 1)
    # qpdf ignores numbers that a file of this length could not hold objects for.
    return max(size, min(_HIGH_NUMBER, length // 10)) if expected > _TOLERATED_MENTIONS else size


def _runs(places: Iterable[Reference]) -> list[list[Reference]]:
    runs: list[list[Reference]] = []
    for key in sorted(places):
        if runs and runs[-1][-1][0] + 1 == key[0]:
            runs[-1].append(key)
        else:
            runs.append([key])
    return runs


def _as_table(places: Mapping[Reference, int]) -> bytes:
    lines = [b"xref\n"]
    for run in _runs(places):
        lines.append(b"%d %d\n" % (run[0][0], len(run)))
        lines += [b"%010d %05d n \n" % (places[key], key[1]) for key in run]
    return b"".join(lines)
