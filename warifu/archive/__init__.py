"""What was concluded: search and custody of records, whatever workflow made them 保存・検索・廃棄."""
