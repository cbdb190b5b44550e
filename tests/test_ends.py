"""Numbers at the ends, the small form of benchmarks/ends.py: finite, or said that they are not."""
import numpy as np
import pytest

import rnnlib as rl
from benchmarks import ends


@pytest.mark.parametrize("cell", ends.LOSSES)
@pytest.mark.parametrize("end", ends.ENDS)
def test_no_warning_and_no_nan_where_the_run_is_finite(cell, end):
    assert ends.troubles(*ends.problem(cell, ends.ENDS[end])) == []


def test_a_sum_of_finite_losses_may_be_infinite():
    net, y = rl.Network(1, 1, 1, "identity", "squared"), np.full((3, 1, 1), 1.3e154)
    with np.errstate(all="raise"):
        fwd = net.forward(np.zeros((3, 1, 1)), y)
        runs = fwd, fwd.example(0), fwd.between(1, 3), fwd.counting(np.ones((3, 1), bool))
    assert all(np.isfinite(run.J.over_time()).all() and run.loss == np.inf for run in runs)


def test_gates_that_keep_nothing_bring_nothing_back():
    net, x, y = ends.problem("lstm", ends.ENDS["huge negative"])
    assert (rl.flow.direct_norms(net, net.forward(x, y), np.ones(2)) == -np.inf).all()
