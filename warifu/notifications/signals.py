"""What the roof may listen to; this room does not know who does 合図.

Sent inside the transaction that queues the message, so that a task which is a row takes part in that transaction.
"""

from django.dispatch import Signal

message_queued = Signal()  # sender: models.Message, message_id: UUID
