"""団体の管理: what those do who run the service for their body; no contract is read here."""
