"""Append-only, hash-chained ledger of who did what and when 監査証跡.

The room knows neither what an agreement is nor who a person is: callers hand in words, and the ledger
keeps their order.
"""
