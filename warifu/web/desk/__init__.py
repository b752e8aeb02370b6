"""職員の画面: where officers, approvers and consenters work."""
