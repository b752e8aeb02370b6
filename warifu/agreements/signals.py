"""What other floors may listen to; this room does not know who does 合図.

Each is sent inside the transaction of the action that causes it, so that a task queue which inserts a row takes part in
that transaction: the task exists exactly when the deed does.
"""

from django.dispatch import Signal

sealing_due = Signal()  # agreement_id: UUID
