"""matplotlib charts: one kind of picture a class, one subject a file."""
