"""The shared records: frozen, with their checks beside them. No room below this one, no I/O."""
