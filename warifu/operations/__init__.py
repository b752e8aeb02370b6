"""What the operator must know about the running service 運用."""
