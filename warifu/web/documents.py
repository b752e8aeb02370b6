"""How files leave: identical bytes, as attachments or for our own viewer, never for a stranger's frame 文書の送出."""

from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpResponse

from warifu import wiring
from warifu.agreements import models, queries
from warifu.archive import models as archive
from warifu.archive import queries as archive_queries


def agreed_pdf(agreement: models.Agreement, document_id: UUID) -> HttpResponse:
    """The file that everybody sees, hashes and agrees to 合意の対象の契約書."""
    document = queries.document_of(agreement, document_id)
    if document is None:
        raise Http404
    content = wiring.custody().read(owner=agreement.municipality.code, object_id=document.agreed_id)
    return as_file(content, name=document.name)


def archived_pdf(municipality_code: str, file: archive.RecordFile) -> HttpResponse:
    """A concluded file, with its renewals, byte for byte as it was validated 締結済みの文書."""
    content = wiring.custody().read(owner=municipality_code, object_id=archive_queries.newest(file).object_id)
    return as_file(content, name=file.name)


def as_file(content: bytes, *, name: str, media_type: str = "application/pdf") -> HttpResponse:
    """An attachment with a Japanese name (RFC 6266) that no browser may run or guess about 文書の応答."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename=\"document.pdf\"; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Length"] = str(len(content))
    return response
