"""Files as spreadsheet programs and people make them."""

import pytest

from warifu.integrations import errors, reading, writing
from warifu.integrations.reading import Encoding

HEAD = "商号又は名称,メールアドレス\r\n"


def refused(content: bytes, *, wanted: Encoding | None = None) -> str:
    with pytest.raises(errors.Unusable) as told:
        reading.read(content, wanted=wanted)
    return told.value.message


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ((HEAD + "岩手建設,a@example.jp\r\n").encode("utf-8-sig"), Encoding.UTF8),
        ((HEAD + "岩手建設,a@example.jp\r\n").encode(), Encoding.UTF8),
        ((HEAD + "岩手建設,a@example.jp\r\n").encode("cp932"), Encoding.CP932),
        ((HEAD + "髙﨑①組,a@example.jp\n").encode("cp932"), Encoding.CP932),
    ],
)
def test_characters_are_known_without_asking(content: bytes, encoding: Encoding) -> None:
    sheet = reading.read(content)
    assert sheet.encoding is encoding
    assert sheet.header == ("商号又は名称", "メールアドレス")
    assert sheet.rows[0].cells[1] == "a@example.jp"


def test_what_is_neither_is_asked_about_with_its_line() -> None:
    content = (HEAD + "岩手建設,a@example.jp\r\n").encode() + b"\xff\xfe,b@example.jp\r\n"
    assert "3行目をUTF-8としてもシフトJISとしても読み取れません。" in refused(content)
    assert "シフトJIS（CP932）として読み取れません。" in refused(content, wanted=Encoding.CP932)


def test_what_somebody_chose_is_not_guessed_over() -> None:
    content = "名称\r\n岩手\r\n".encode()
    with pytest.raises(errors.Unusable):
        reading.read(content, wanted=Encoding.CP932)
    assert reading.read(content, wanted=Encoding.UTF8).encoding is Encoding.UTF8


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "ファイルが空です"),
        ("名称\r\n岩手\r\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\x00", "Excelブックのまま"),
        ("名称\t住所\r\n岩手\t盛岡\r\n".encode(), "カンマ（,）で区切られていません"),
        ("名称,住所\r\n".encode(), "データの行がありません"),
        (b",,\r\na,b,c\r\n", "列の名前がありません"),
        ('名称\r\n"岩手\r\n'.encode(), "行目をCSVとして読み取れません"),
        ('名称,住所\r\n"岩手"建設,盛岡\r\n'.encode(), "2行目をCSVとして読み取れません"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_what_to_do(content: bytes, told: str) -> None:
    assert told in refused(content)


def test_size_and_rows_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert "2行を超えています" in refused("名称\na\nb\nc\n".encode())
    monkeypatch.setattr(reading, "LARGEST", 1024 * 1024)
    assert "1MBを超えています" in refused("名称\n".encode() + b"a" * 1024 * 1024)


def test_line_numbers_are_those_of_the_file() -> None:
    sheet = reading.read('名称,住所\n"岩手\n建設",盛岡\n\n\n滝沢,滝沢市\n'.encode())
    assert [row.line for row in sheet.rows] == [3, 6]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="00123"', "00123"),
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("'普通", "'普通"),
        ("　盛岡 ", "盛岡"),
        ("00123", "00123"),
        ("", ""),
    ],
)
def test_cells_are_text_without_what_programs_put_around_it(cell: str, text: str) -> None:
    assert reading.cell_text(cell) == text


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+81", "-5", "@x", "'", "普通", "", "a,b", '"', "0012"])
@pytest.mark.parametrize("encoding", Encoding)
def test_what_is_written_is_read_back_and_is_no_formula(text: str, encoding: Encoding) -> None:
    written = writing.write(("列", "次"), [(text, "x")], encoding=encoding)
    cell = reading.read(written.content).rows[0].cells[0]
    assert not cell.startswith(("=", "+", "-", "@"))
    assert reading.cell_text(cell) == text


def test_what_cp932_cannot_hold_is_a_mark_and_is_told() -> None:
    rows = [("髙﨑 𠮷彦", "1"), ("葛󠄀西 亮", "2"), ("3〜5−2", "3")]
    written = writing.write(("氏名", "番号"), rows, encoding=Encoding.CP932)
    text = written.content.decode("cp932")
    assert "髙﨑 〓彦" in text
    assert "葛西 亮" in text
    assert "3～5－2" in text
    assert [(one.line, one.column, one.text) for one in written.replaced] == [
        (2, "氏名", "髙﨑 𠮷彦"),
        (3, "氏名", "葛󠄀西 亮"),
    ]
    assert writing.write(("氏名", "番号"), rows, encoding=Encoding.UTF8).replaced == ()


def test_utf8_begins_with_the_mark_that_spreadsheet_programs_want() -> None:
    assert writing.write(("氏名",), [("佐藤",)], encoding=Encoding.UTF8).content.startswith(b"\xef\xbb\xbf")
