"""What the gradient does over time."""
from rnnlib.flow.items import Itemised, itemised, sizes

__all__ = ["Itemised", "itemised", "sizes"]
