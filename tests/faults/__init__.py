"""Every fault of `docs/explanation/faults.md`, tried for real on the command line."""
