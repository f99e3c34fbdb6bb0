"""The command line: one module a command. Each turns options into one question, and one answer into text."""
