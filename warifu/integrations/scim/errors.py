"""Refusals in the words of RFC 7644 §3.12 職員連携の断り."""


class ScimRefused(Exception):
    """What a system asked for is not done; status, scimType ("" for none) and a sentence for its operator 断り."""

    def __init__(self, status: int, scim_type: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.scim_type = scim_type
        self.detail = detail


def wrong(detail: str, scim_type: str = "invalidValue") -> ScimRefused:
    """400 不正な値."""
    return ScimRefused(400, scim_type, detail)


def missing() -> ScimRefused:
    """404: not of this body, or not at all 該当なし."""
    return ScimRefused(404, "", "No such resource.")


def taken(detail: str) -> ScimRefused:
    """409: somebody has it already 重複."""
    return ScimRefused(409, "uniqueness", detail)
