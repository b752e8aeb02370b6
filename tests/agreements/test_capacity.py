"""How much one agreement may hold 案件の容量の試験."""

import pytest

from warifu.agreements import capacity


@pytest.mark.parametrize(
    ("files", "size", "adding", "code"),
    [
        (0, 0, capacity.MOST_BYTES, None),
        (99, 0, 1, None),
        (100, 0, 1, "too_many_files"),
        (3, capacity.MOST_BYTES - 10, 10, None),
        (3, capacity.MOST_BYTES - 10, 11, "too_large_in_all"),
    ],
)
def test_the_hundredth_file_is_the_last_and_so_is_the_last_byte(
    files: int, size: int, adding: int, code: str | None
) -> None:
    refused = capacity.refusal(files=files, size=size, adding=adding)
    assert (refused.code if refused else None) == code
