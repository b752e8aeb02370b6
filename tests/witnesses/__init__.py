"""Programs that are not ours, asked what they think of our seal 他者の検証プログラム."""
