"""How a network learns: training, optimisers, saving, the surface that is descended."""
