"""A file that grows by incremental updates and is otherwise left alone (ISO 32000-2, 7.5.6). 増分更新"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from . import errors, values

_CHUNK = 1 << 20
_DEEPEST_PAGE = 64
_BASE_VERSION = (1, 7)


@dataclass(frozen=True)
class Gap:
    """Where a signature container will stand, and the digest of everything around it. 署名容器の場所

    `room` is in bytes. The update is complete but for the container and is not in the file yet.
    """

    update: bytearray
    start: int
    room: int
    digest: bytes


@dataclass
class _State:
    """What later updates must know of earlier ones; objects are pyHanko's, updated in place. 現在の状態"""

    root: Any
    root_number: tuple[int, int]
    next_number: int
    startxref: int
    length: int
    digests: dict[str, Any] = field(default_factory=dict)


class GrowingFile:
    """Appends updates to a seekable stream; the bytes that were there are read, never written. 増分更新するファイル

    The source is parsed once and hashed once per algorithm, however many signatures follow: a document timestamp over
    100 MB then costs the digest of the 50 kB before it. An update reaches the stream in one write, complete; when
    anything fails before, the stream is as it was.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        reader = PdfFileReader(stream, strict=True)
        if reader.encrypted:
            raise errors.SealingFailed("the file is encrypted")
        untyped_reader: Any = reader
        if untyped_reader.xrefs.hybrid_xrefs_present:
            raise errors.SealingFailed("the file has a hybrid cross-reference")
        trailer: Any = reader.trailer
        root = trailer.raw_get("/Root")
        self._reader = untyped_reader
        self._trailer = trailer
        self._state = _State(
            root=reader.root,
            root_number=(root.idnum, root.generation),
            next_number=int(trailer["/Size"]),
            startxref=int(untyped_reader.last_startxref),
            length=stream.seek(0, os.SEEK_END),
        )
        self._written: dict[tuple[int, int], Any] = {}
        self.containers: list[bytes] = []
        self.stored: dict[int, bytes] = {}

    @property
    def root(self) -> Any:
        """The catalogue, as pyHanko's dictionary. カタログ"""
        return self._state.root

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
        """Write a finished update at the end. 追記"""
        self._stream.seek(0, os.SEEK_END)
        if self._stream.tell() != self._state.length:
            raise errors.SealingFailed("the file changed while it was sealed")
        self._stream.write(update)
        for state in self._state.digests.values():
            state.update(update)
        self._state.length += len(update)
        self._state.startxref = startxref

    def read(self, start: int, size: int) -> bytes:
        """Some bytes of the file. 読取"""
        self._stream.seek(start)
        return self._stream.read(size)

    def place_of(self, reference: Any) -> int | None:
        """The offset of an indirect object, None inside an object stream. 位置"""
        place = self._reader.xrefs[generic.Reference(reference.idnum, reference.generation, self._reader)]
        return place if isinstance(place, int) else None


class Update:
    """One incremental update in the making. 増分更新"""

    def __init__(self, file: GrowingFile) -> None:
        self._file = file
        self._state = file._state
        self._next = self._state.next_number
        self._objects: dict[tuple[int, int], bytes] = {}
        self._startxref = 0

    def reference(self) -> Any:
        """A number for a new object. 参照の採番"""
        number, self._next = self._next, self._next + 1
        return values.reference(number, 0, self._file._reader)

    def put(self, reference: Any, value: Any) -> Any:
        """Write a pyHanko object under this number. 書込み"""
        self._objects[reference.idnum, reference.generation] = values.encoded(value)
        self._file._written[reference.idnum, reference.generation] = value
        return reference

    def put_raw(self, reference: Any, body: bytes) -> Any:
        """Write an object that is encoded already, and is not read again here. 書込み"""
        self._objects[reference.idnum, reference.generation] = body
        self._file._written[reference.idnum, reference.generation] = values.null()
        return reference

    def touch_root(self) -> None:
        """Write the catalogue anew. カタログの更新"""
        self.put(values.reference(*self._state.root_number, self._file._reader), self._state.root)

    def resolved(self, raw: Any) -> Any:
        """The object behind a value that may be a reference. 参照先"""
        if not values.is_reference(raw):
            return raw
        known = self._file._written.get((raw.idnum, raw.generation))
        return raw.get_object() if known is None else known

    def followed(self, holder: Any, key: str) -> tuple[Any, Any]:
        """Value of a key, and its reference when it is indirect; (None, None) when the key is missing. 値と参照"""
        if key not in holder:
            return None, None
        raw = holder.raw_get(key)
        if not values.is_reference(raw):
            return raw, None
        return self.resolved(raw), raw

    def require_version(self) -> None:
        """At least PDF 1.7, with the extension that CAdES signatures are (EN 319 142-1, 5.1 and annex). 版"""
        root, version = self._state.root, self._file._reader.input_version
        if version >= (2, 0):
            return
        if version < _BASE_VERSION and root.get("/Version") != "/1.7":
            root[values.name("/Version")] = values.name("/1.7")
            self.touch_root()
        known, reference = self.followed(root, "/Extensions")
        if known is not None and "/ESIC" in known:
            return
        known = values.dictionary() if known is None else known
        known[values.name("/ESIC")] = values.dictionary(
            {
                "/Type": values.name("/DeveloperExtensions"),
                "/BaseVersion": values.name("/1.7"),
                "/ExtensionLevel": values.number(1),
            }
        )
        if reference is not None:
            self.put(reference, known)
        else:
            root[values.name("/Extensions")] = known
            self.touch_root()

    def first_page(self) -> tuple[Any, Any]:
        """The first page and its reference. 最初の頁"""
        node, reference = self.followed(self._state.root, "/Pages")
        for _ in range(_DEEPEST_PAGE):
            if node is None or reference is None:
                break
            if "/Kids" not in node:
                return node, reference
            kids = node["/Kids"]
            first = next((one for one in map(kids.raw_get, range(len(kids))) if _holds_a_page(one)), None)
            if not values.is_reference(first):
                break
            reference, node = first, self.resolved(first)
        raise errors.SealingFailed("the first page cannot be found")

    def extend(self, holder: Any, holder_reference: Any, key: str, item: Any) -> None:
        """Add an item to a list under a key, in whichever object the list stands. 配列への追加

        `holder_reference` None: the holder is direct and its owner has to be written by the caller.
        """
        listed, reference = self.followed(holder, key)
        if listed is None:
            listed = values.array()
            holder[values.name(key)] = listed
        listed.append(item)
        if reference is not None:
            self.put(reference, listed)
        elif holder_reference is not None:
            self.put(holder_reference, holder)

    def finish(self) -> None:
        """Append it as it is: an update without a signature. 追記"""
        data, _, startxref = self._encoded(None)
        self._commit(data, startxref)

    def around(self, signature: Any, before: bytes, after: bytes, *, room: int, algorithm: str) -> Gap:
        """Encode it around a signature dictionary, and digest what the signature will cover. 署名範囲のハッシュ

        `before` and `after` are the dictionary's other entries; /Contents and /ByteRange come between.
        """
        hexes = 2 * room
        pattern = b"<<%s/Contents <%s>\n/ByteRange [0 %10d %10d %10d]\n%s>>"
        self.put_raw(signature, pattern % (before, b"0" * hexes, 0, 0, 0, after))
        data, offset, startxref = self._encoded((signature.idnum, signature.generation))
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
        self._startxref = startxref
        return Gap(data, start, room, digest.digest())

    def fill(self, gap: Gap, container: bytes) -> None:
        """Put the container into its place and append the update. 署名の記入

        Raises `ValueError` when there is not enough room; nothing is written then.
        """
        if len(container) > gap.room:
            raise ValueError("the container needs more room")
        gap.update[gap.start + 1 : gap.start + 1 + 2 * len(container)] = container.hex().encode("ascii")
        self._commit(gap.update, self._startxref)
        self._file.containers.append(container)

    def _commit(self, data: bytearray, startxref: int) -> None:
        self._file.append(data, startxref)
        self._state.next_number = self._next

    def _encoded(self, wanted: tuple[int, int] | None) -> tuple[bytearray, int, int]:
        """The update's bytes, the offset of one object's body in them, and where the cross-reference begins."""
        base = self._state.length
        data = bytearray(b"" if self._file.read(base - 1, 1) in b"\r\n" else b"\n")
        places: dict[tuple[int, int], int] = {}
        body = 0
        for (number, generation), encoded in sorted(self._objects.items()):
            places[number, generation] = base + len(data)
            data += b"%d %d obj\n" % (number, generation)
            if (number, generation) == wanted:
                body = len(data)
            data += encoded
            data += b"\nendobj\n"
        startxref = base + len(data)
        data += self._cross_reference(places, startxref)
        data += b"startxref\n%d\n%%%%EOF\n" % startxref
        return data, body, startxref

    def _cross_reference(self, places: dict[tuple[int, int], int], startxref: int) -> bytes:
        trailer = values.dictionary()
        old = self._file._trailer
        trailer[values.name("/Root")] = old.raw_get("/Root")
        if "/Info" in old:
            trailer[values.name("/Info")] = old.raw_get("/Info")
        trailer[values.name("/ID")] = self._identifier(places)
        trailer[values.name("/Prev")] = values.number(self._state.startxref)
        if self._file._reader.has_xref_stream:
            return self._as_stream(places, startxref, trailer)
        trailer[values.name("/Size")] = values.number(self._next)
        return _as_table(places) + b"trailer\n" + values.encoded(trailer) + b"\n"

    def _identifier(self, places: Mapping[tuple[int, int], int]) -> Any:
        """First part kept, second new for this update (ISO 32000-2, 14.4); the same input gives the same bytes."""
        changed = hashlib.sha256(repr(sorted(places.items())).encode()).digest()[:16]
        second = values.octets(changed)
        old = self._file._trailer
        first = old["/ID"][0] if "/ID" in old else second
        return values.array([values.octets(values.octets_of(first)), second])

    def _as_stream(self, places: dict[tuple[int, int], int], startxref: int, trailer: Any) -> bytes:
        own = self.reference()
        entries = {**places, (own.idnum, 0): startxref}
        index: list[int] = []
        rows = bytearray()
        for run in _runs(entries):
            index += [run[0][0], len(run)]
            for key in run:
                rows += b"\x01" + entries[key].to_bytes(8, "big") + key[1].to_bytes(2, "big")
        described = {
            **{key: trailer.raw_get(key) for key in trailer},
            "/Type": values.name("/XRef"),
            "/Size": values.number(self._next),
            "/W": values.array(map(values.number, (1, 8, 2))),
            "/Index": values.array(map(values.number, index)),
        }
        stream = values.encoded_stream(bytes(rows), described, packed=False)
        return b"%d 0 obj\n" % own.idnum + stream + b"\nendobj\n"


def _holds_a_page(raw: Any) -> bool:
    node = raw.get_object()
    kids = node.get("/Kids")
    return kids is None or any(map(_holds_a_page, map(kids.raw_get, range(len(kids)))))


def _runs(places: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    runs: list[list[tuple[int, int]]] = []
    for key in sorted(places):
        if runs and runs[-1][-1][0] + 1 == key[0]:
            runs[-1].append(key)
        else:
            runs.append([key])
    return runs


def _as_table(places: Mapping[tuple[int, int], int]) -> bytes:
    lines = [b"xref\n"]
    for run in _runs(places):
        lines.append(b"%d %d\n" % (run[0][0], len(run)))
        lines += [b"%010d %05d n \n" % (places[key], key[1]) for key in run]
    return b"".join(lines)
