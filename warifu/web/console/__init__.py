"""運用者の画面, the trial mailbox and signs of life."""
