"""Where people come in, and see to how they do サインインの画面."""
