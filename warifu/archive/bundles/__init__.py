"""Evidence bundles: what a court's expert takes away, and checks without us 証拠一式."""
