"""Questions for another day about 03: the way of the blame."""
import numpy as np

from rnnlib.alone.form import about
from rnnlib.network import Network

question = about("03")


def ran(**options):
    """A network of two units and its run over five times."""
    net = Network(n_x=1, units=(2,), n_y=1, loss="squared", seed=2)
    return net, net.forward(np.ones((5, 1)), np.full((5, 1), 2), **options)


@question("T = 5, and the one loss is that of t = 2. What is dJ/da⟨3⟩?", "0",
          "what comes from above alone", "what comes from t = 4 alone",
          why="Nothing leads from a⟨3⟩ to J⟨2⟩: a state is to blame for what comes at its own time "
          "and later.")
def blame_for_what_is_over():
    net, fwd = ran(mask=[False, True, False, False, False])
    bwd = net.backward(fwd)
    above, later = bwd.from_above[1, 3].any(), bwd.from_next[1, 3].any()
    return {(False, False): "0", (True, False): "what comes from above alone",
            (False, True): "what comes from t = 4 alone"}[bool(above), bool(later)]


@question("The start state is 0. Which use of W_a adds nothing to dJ/dW_a, whatever the "
          "losses are?", "the first", "the last", "none of them: each adds something",
          why="Blame reaches t = 1, too; but it is multiplied by the state before, and that is 0. "
          "The use is there, its term is not.")
def use_without_a_term():
    net, fwd = ran()
    empty = [not term.any() for term in net.backward(fwd).terms("W_a[1]")]
    return {(True, False): "the first", (False, True): "the last"}.get(
        (empty[0], empty[-1]), "none of them: each adds something")


@question("A sweep back takes W_a where W_a.T belongs. For which W_a does a gradient check find "
          "nothing wrong?", "for each that is square", "for a symmetric one", "for none",
          why="It is blind only where both are the same numbers. So check with random ones.")
def where_the_check_is_blind():
    rng = np.random.default_rng(0)
    square = rng.normal(size=(2, 2))
    blame = rng.normal(size=(2, 1))
    blind = [np.allclose(W @ blame, W.T @ blame) for W in (square, square + square.T)]
    return {(True, True): "for each that is square", (False, True): "for a symmetric one"}.get(
        tuple(blind), "for none")
