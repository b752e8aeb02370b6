"""公開の検証ページ: anyone may ask what a PDF is."""
