"""The command line: a thin face. Everything heavy is imported inside the command that needs it."""
