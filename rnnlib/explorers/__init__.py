"""Explorers: one function for each, named as in its notebook; controls bound to numbers.

Nothing is imported here: the graph's explorers should not pay for the charts' library, and
`import rnnlib` finds each explorer where it lives.
"""
