"""What rooms above may listen to; this room does not know who does 合図.

Each is sent inside the transaction of the action that causes it.
"""

from django.dispatch import Signal

department_succeeded = Signal()  # department_id: int, successor_id: int; what is open there goes on at the successor
# staff_id: UUID, gone_on: date (the first without them, today at the earliest); who listens refuses (errors.StillInUse)
# while the person cannot be spared
person_leaving = Signal()
title_changing = (
    Signal()
)  # authority_id: int; who listens refuses (errors.StillInUse) while something rests on its words
counterparty_merged = (
    Signal()
)  # kept_id: UUID, merged_id: UUID, address_id: int | None of the merged main address; drafts go on with the firm kept
