"""What a city hall knows without a computer: days, numbers, characters, bodies 和暦・開庁日・外字・団体コード."""
