"""Questions about the way forwards: one set of weights, J as a sum, what a state knows."""
import numpy as np

from rnnlib.beliefs.form import other, question, right, row
from rnnlib.beliefs.unit import linear
from rnnlib.network import Network


@question("01", "a weight matrix for each time", "01 *One set of weights, T uses*",
          before={"n_x": 2, "n": 3, "T": 50}, after={"n_x": 1, "n": 4, "T": 30})
def weights(n_x, n, T):
    net = Network(n_x, (n,), 1, loss="logistic")
    assert net.forward(np.zeros((T, n_x))).T == T
    size = {name.partition("[")[0]: value.size for name, value in net.params.items()}
    learned = sum(size.values())
    once = n * n_x + n * n + n + n + 1
    told = ", ".join(f"{name} {size[name]}" for name in ("W_a", "b", "W_y", "b_y"))
    recurrent = once + (T - 1) * n * n
    return (f"A network reads {T} words. W_x has {size['W_x']} numbers, {told}. How many numbers "
            "does it learn?", [
        right(str(once), once == learned, "the same matrices are used at every time"),
        row("new at each time", str(T * once), T * once == learned,
            "Unrolled, a network has one set of weights for each time.",
            f"with a set for each of {T} words it could not read a sequence of {T + 1}"),
        other("new arrows", str(recurrent), recurrent == learned,
              "Each arrow from one time to the next has a matrix of its own.",
              "the unrolled arrows are one loop, drawn once for each time")])


@question("05", "J and its gradient are means over time", "03 *Total and immediate*",
          before={"terms": (0.6, 0.3, -0.3)}, after={"terms": (-0.2, 0.8, 0.3)})
def sums(terms):
    T = len(terms)
    net, run = linear(0.0, T, slopes=terms)
    back = net.backward(run)
    assert np.allclose(back.terms("W_x[1]").ravel(), terms)
    moves = back.params["W_x[1]"].item()
    told = "; ".join(f"at t = {t} alone, by {term:g} h" for t, term in enumerate(terms, 1))
    total, mean, sizes = np.sum(terms), np.mean(terms), np.sum(np.abs(terms))
    return ("A weight w is used at t = 1, 2, 3. Moved by a little h it moves J, "
            f"{told.replace('-', '−')}. What is dJ/dw?", [
                right(f"{total:.2g}", np.isclose(moves, total),
                      "all uses move together, and J is a sum over time"),
                row("a mean", f"{mean:.2g}", np.isclose(moves, mean),
                    "J and its gradient are means over time.",
                    "a mean would let each word of a long sentence count less"),
                other("no sign", f"{sizes:.2g}", np.isclose(moves, sizes),
                      "Each use adds to the gradient; none takes away.",
                      "the terms have signs and pull against each other")])


@question("06", "the state carries the responses of the past", "02 *The state is all there is*",
          before={"t": 1, "T": 2}, after={"t": 2, "T": 3})
def targets(t, T):
    net = Network(1, (3,), 1, loss="logistic")
    x, y = np.ones((T, 1)), np.zeros((T, 1))
    told = y.copy()
    told[np.arange(1, T + 1) == t] = 1
    one, two = net.forward(x, y), net.forward(x, told)
    values = {"a": lambda run, t: run.a[1, t], "ŷ": lambda run, t: run.y_hat[t],
              "J": lambda run, t: run.J[t]}
    moved = {f"{name}⟨{t}⟩" for name, value in values.items() for t in range(1, T + 1)
             if not np.array_equal(value(one, t), value(two, t))}
    here, later = f"J⟨{t}⟩", t + 1
    on = [f"a⟨{later}⟩", f"ŷ⟨{later}⟩", f"J⟨{later}⟩"]
    return (f"In a run x and all weights stay, and the target y⟨{t}⟩ is changed from 0 to 1. "
            "Which numbers change on the way forwards?", [
                right(f"{here} alone", moved == {here},
                      "a target is compared with ŷ, and from there no line leads on"),
                row("carried on", f"{here}, {on[0]}, {on[1]} and {on[2]}", moved == {here, *on},
                    "The state carries the responses y of the past anyway.",
                    "the state is a function of x alone, as long as no y is fed in with x"),
                other("pulled", f"ŷ⟨{t}⟩ and {here}", moved == {f"ŷ⟨{t}⟩", here},
                      "The target pulls the prediction of its own time.",
                      "a target acts when the weights are changed, not while the run goes on")])
