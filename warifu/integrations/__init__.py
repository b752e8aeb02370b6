"""CSV files that come and go: reading, writing, checking, importing 連携."""
