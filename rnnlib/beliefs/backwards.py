"""Questions about the way back: ways add, uses add, and a matrix is turned."""
import numpy as np

from rnnlib import flow
from rnnlib.beliefs.form import other, question, right, row
from rnnlib.beliefs.unit import linear, pair
from rnnlib.network import Network


@question("02", "immediate is total", "03 *Total and immediate*",
          before={"w": 0.5, "a0": 2.0, "x": (2, 1)}, after={"w": 0.5, "a0": 4.0, "x": (1, 1)})
def uses(w, a0, x):
    net, run = linear(w, 2, a0=a0, x=x, last=True)
    rate = net.backward(run).params["W_a[1]"].item()
    first, second = (run.a[1, t].item() for t in (1, 2))
    total, again = first + w * a0, first + w * a0 + w * a0
    return (f"One unit without activation: a⟨t⟩ = w a⟨t−1⟩ + x⟨t⟩, w = {w:g}, a⟨0⟩ = {a0:g}, "
            f"x = {pair(x)}. So a⟨1⟩ = {first:g} and a⟨2⟩ = {second:g}. "
            "What is da⟨2⟩/dw?", [
                right(f"{total:g}", np.isclose(rate, total),
                      f"{first:g} by the use at t = 2, and {w:g} · {a0:g} by the use at t = 1, "
                      "which moves a⟨1⟩"),
                row("immediate", f"{first:g}", np.isclose(rate, first),
                    "The derivative of a state by a weight is that of one time.",
                    "w has moved a⟨1⟩ too, and a⟨2⟩ with it"),
                other("total twice", f"{again:g}", np.isclose(rate, again),
                      "One multiplies total by total and adds up over the times.",
                      "the use at t = 1 is then counted at t = 1 and at t = 2")])


@question("03", "the gradient is one long product", "03 *Which loss, which use*",
          before={"T": 3}, after={"T": 5})
def products(T):
    net, run = linear(0.5, T, a0=1.0)
    items = np.count_nonzero(flow.itemised(net, run, "W_a[1]").norms)
    pairs = T * (T + 1) // 2
    return (f"J has a part at each of t = 1 … {T}, W_a is used at each of them, and a⟨0⟩ is not 0. "
            "Written out by the chain rule, down to single steps, dJ/dW_a is", [
                right(f"a sum of {pairs} products", items == pairs,
                      "one for each loss and each use before it or at its time"),
                row("one product", "one product", items == 1,
                    "The gradient through time is one long product.",
                    "each loss and each use has a product of its own, and they add up"),
                other("one a use", f"a sum of {T} products", items == T,
                      "A use is blamed by the loss of its own time alone.",
                      "what a use has done to the state is carried on to every later loss"),
                other("all pairs", f"a sum of {T * T} products", items == T * T,
                      "Every loss blames every use, later ones too.",
                      "a loss was over before the uses after it")])


@question("04", "the transpose of W_a does not matter", "03 *Two ways meet*",
          before={"W": ((1, 2), (3, 5)), "unit": 1}, after={"W": ((2, 1), (4, 3)), "unit": 2})
def transposed(W, unit):
    W, blame = np.array(W, float), np.equal((1, 2), unit).astype(float)
    net = Network(2, (2,), 2, "identity", "squared")
    net.params.update({"W_a[1]": W, "W_x[1]": np.eye(2), "W_y": np.eye(2)})
    x, last = np.zeros((2, 2)), [False, True]
    back = net.backward(net.forward(x, x - blame, mask=last))
    assert np.allclose(back.z[1, 2].ravel(), blame)
    came, turned, straight = back.a[1, 1].ravel(), W.T @ blame, W @ blame
    undone = np.linalg.solve(W, blame)
    return (f"Two units without activation, W_a = [{pair(W[0])}, {pair(W[1])}], row by row. The "
            f"blame ∂J/∂z⟨2⟩ is {pair(blame)}, and t = 1 has no loss of its own. What is "
            "∂J/∂a⟨1⟩?", [
                right(pair(turned), np.allclose(came, turned),
                      f"what feeds unit {unit} is row {unit} of W_a: the transpose takes it"),
                row("not turned", pair(straight), np.allclose(came, straight),
                    "Where W_a is square, its transpose does not matter.",
                    f"column {unit} is what unit {unit} gives on, and the shape fits both ways"),
                other("undone", pair(undone), np.allclose(came, undone),
                      "Going back undoes the step: it takes the inverse of W_a.",
                      "a derivative is carried back, not the state")])
