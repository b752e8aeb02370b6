"""Other programs that Warifu has to get on with, started for the tests 適合性の試験."""
