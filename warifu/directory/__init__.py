"""Municipalities, departments, staff, contracting authorities, counterparties 組織・職員・契約名義・事業者."""
