"""What the browser shows: live matplotlib figures with their controls, and the graph."""
