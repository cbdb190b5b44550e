"""The unrolled graph: where everything stands, what each step shows, and the view of it.

The geometry alone is loaded here; the view loads its widget when it is asked for.
"""
from rnnlib.graph.geometry import Graph

__all__ = ["Graph"]
