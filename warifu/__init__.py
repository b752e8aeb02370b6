"""Warifu 割符: an e-contract service (立会人型電子契約) that eight municipalities share."""
