"""What responses depend on, and how good predictions of them are.

- `joint`: exact joint distributions over short sequences, and their measures;
- `processes`: where responses come from, and what a product of predictions costs;
- `networks`: what a network says of whole sequences, and what it draws;
- `bidirectional`: a network that reads both ways;
- `evaluation`: how good forecasts of zeros and ones are.
"""
from rnnlib.probability.joint import UNITS, Conditional, Joint, conditional, product, table
from rnnlib.probability.networks import (
    fed_back,
    free_run,
    log_probability,
    network_joint,
    tempered,
)
from rnnlib.probability.processes import (
    Factor,
    ahead,
    chain,
    costs,
    coupled,
    factors,
    first_order,
    kl,
    projection,
    second_order,
)

__all__ = [
    "UNITS", "Conditional", "Factor", "Joint", "ahead", "chain", "conditional", "costs", "coupled",
    "factors", "fed_back", "first_order", "free_run", "kl", "log_probability", "network_joint",
    "product", "projection", "second_order", "table", "tempered",
]
