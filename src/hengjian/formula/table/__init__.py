"""The rows of the functions table, by subject."""
