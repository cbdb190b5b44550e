"""What the gradient does over time.

- `items`: the gradient of a parameter by loss time and time of use;
- `scaled`: numbers beyond the range of float64, in which all that follows is kept;
- `jacobians`: how the state at t depends on the state at k, for every pair of times;
- `sweep`, `norms`, `parts`: the gradient's norm against time; its near and its far part;
- `paths`: every way of a loss's gradient through the lattice of layers and times;
- `spectra`, `bounds`: eigenvalues, singular values, saturation; what they promise beforehand;
- `lyapunov`: the growth rates of a product of matrices;
- `gates`: what the gates alone keep and bring back;
- `conditions`: which inequality promises what about vanishing and exploding.
"""
from rnnlib.flow.bounds import Bounds, bounds
from rnnlib.flow.conditions import CONDITIONS, FOLKLORE, Condition, conditions
from rnnlib.flow.gates import direct_norms, half_life, kept, log10_kept
from rnnlib.flow.items import Itemised, itemised, sizes
from rnnlib.flow.jacobians import Jacobians, jacobians
from rnnlib.flow.lyapunov import Lyapunov, lyapunov
from rnnlib.flow.norms import gradient_norms, overflow_time, state_norms
from rnnlib.flow.parts import Split, split
from rnnlib.flow.paths import Paths, path_count, paths
from rnnlib.flow.spectra import Saturation, Spectrum, saturation, spectrum

__all__ = [
    "CONDITIONS", "FOLKLORE", "Bounds", "Condition", "Itemised", "Jacobians", "Lyapunov",
    "Paths", "Saturation", "Spectrum", "Split", "bounds", "conditions", "direct_norms",
    "gradient_norms", "half_life", "itemised", "jacobians", "kept", "log10_kept",
    "lyapunov", "overflow_time", "path_count", "paths", "saturation", "sizes", "spectrum", "split",
    "state_norms",
]
