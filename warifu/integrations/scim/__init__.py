"""SCIM 2.0 (RFC 7643, 7644): staff and groups of one body as another system keeps them 職員連携."""
