"""Questions about what becomes of a gradient on its way back."""
import numpy as np

from rnnlib import flow, style
from rnnlib.beliefs.form import other, question, right, row
from rnnlib.beliefs.unit import linear, pair, raised
from rnnlib.learning.optimisers import SGD
from rnnlib.network import Network


@question("07", "one number above 1: it explodes", "04 *The slopes*",
          before={"w": 3.0, "slope": 0.1}, after={"w": 2.0, "slope": 0.2})
def saturated(w, slope, T=11):
    net = Network(1, (1,), 1, "tanh", "squared")
    net.params.update({"W_x[1]": [[1.0]], "W_a[1]": [[w]]})
    a = np.sqrt(1 - slope)
    x = np.full(T, np.arctanh(a) - w * a) + w * a * (np.arange(T) == 0)  # a is the state from t = 1
    k = T - 1
    left = flow.jacobians(net, net.forward(x[:, None])).norms_to(T)[1]
    every, never, once = (k * np.log10(v) for v in (w * slope, w, w))
    once += np.log10(slope)
    return (f"One tanh unit, W_a = {w:g}. The inputs are so large that the slope of tanh is "
            f"{slope:g} at every time. A gradient goes {k} steps back. It is multiplied by", [
                right(f"{raised(w * slope, k)} = {style.power(every)}",
                      np.isclose(left, every), "each step back is a slope times W_a"),
                row("W_a decides", f"{raised(w, k)} = {style.power(never)}",
                    np.isclose(left, never),
                    "One number decides, an eigenvalue, ρ or σ₁: above 1 it explodes.",
                    "a saturated unit's slope can take away more than W_a brings"),
                other("slope once", f"{slope:g} · {raised(w, k)} = {style.power(once)}",
                      np.isclose(left, once), "The slope counts once, where the loss is.",
                      "the chain rule has a slope in each step")])


@question("08", "ρ below 1: it shrinks at every step", "04 *It first grows*",
          before={"rho": 0.9, "side": 1.0}, after={"rho": 0.8, "side": 2.0})
def at_first(rho, side, T=200):
    W, blame = np.array([[rho, side], [0, rho]]), np.array([1.0, 0.0])
    net = Network(2, (2,), 2, "identity", "squared")
    net.params.update({"W_a[1]": W, "W_y": np.eye(2)})
    x = np.zeros((T, 2))
    back = net.backward(net.forward(x, x - blame, mask=np.arange(1, T + 1) == T))
    size = np.array([np.linalg.norm(back.a[1, t]) for t in range(T, 0, -1)])
    steps, gone = np.diff(size), size[-1] < 1e-6
    return (f"Two linear units, W_a = [{pair(W[0])}, {pair(W[1])}], row by row: both eigenvalues "
            f"are {rho:g}. The blame {pair(blame)} goes back step by step. Its length", [
                right("grows at first, and goes to 0 in the end", steps[0] > 0 and gone,
                      f"one step back it is {pair(W.T @ blame)}; in the long run ρ rules"),
                row("shrinks", "shrinks in every step", np.all(steps < 0),
                    "With ρ below 1 a gradient shrinks at every step.",
                    f"after one step it is {pair(W.T @ blame)}, longer than before"),
                other("grows on", "grows in every step", np.all(steps > 0),
                      "A row with a sum above 1 makes it grow for good.",
                      f"after k steps its parts are powers of {rho:g} and k times such a power")])


@question("09", "vanished means a total near 0", "04 *Vanishing is not being small*",
          before={"w": 0.5, "T": 50, "steps": 10}, after={"w": 0.4, "T": 40, "steps": 7})
def hidden(w, T, steps):
    net, run = linear(w, T)
    parts = flow.split(net, run, "W_x[1]", steps)
    total, far = parts.total.item(), (parts.far / parts.total).item()
    distance = np.subtract.outer(np.arange(T), np.arange(T))
    by_steps = np.where(distance >= 0, w ** np.maximum(distance, 0), 0)
    share = by_steps[distance > steps].sum() / by_steps.sum()
    count = np.mean(distance[distance >= 0] > steps)
    return (f"One linear unit, W_a = {w:g}. At each of {T} times x is 1 and dJ⟨t⟩/dŷ⟨t⟩ is 1. "
            f"dJ/dW_x comes out as {total:.0f}. How much of it comes from inputs more than "
            f"{steps} steps before the loss?", [
                right(f"about {style.per_cent(share)}", np.isclose(far, share),
                      f"each step back multiplies by {w:g}; the near pairs make the total large"),
                row("a healthy total", f"about {style.per_cent(count)}, their share of all pairs",
                    np.isclose(far, count),
                    "A gradient has vanished when the total is near 0; this one is large, so far "
                    "and near are heard.", "the total hides that its far part is gone"),
                other("exactly 0", "nothing, exactly 0", far == 0,
                      "Vanished means zero.", "it falls by a factor in each step and is never 0")])


@question("10", "a larger learning rate repairs it", "04 *Vanishing is not being small*",
          before={"w": 0.5, "rates": (0.01, 10)}, after={"w": 0.6, "rates": (0.1, 50)})
def rates(w, rates, T=50, steps=10):
    net, run = linear(w, T)
    parts = flow.split(net, run, "W_x[1]", steps)
    near, far = parts.near.item(), parts.far.item()
    slow, fast = (np.divide(*(SGD(rate).step(np.array(part), 0.0)[0] for part in (far, near)))
                  for rate in rates)
    factor, times = rates[1] / rates[0], fast / slow
    return (f"A weight's gradient is {near + far:.0f}; {style.number(far)} of it comes from far "
            f"back. Plain gradient descent, and the learning rate goes from {rates[0]:g} to "
            f"{rates[1]:g}. The far part's share of the step", [
                right("stays what it is", np.isclose(times, 1),
                      "far and near stand in one sum, and the rate multiplies the sum"),
                row("repaired", f"becomes {factor:g} times as large", np.isclose(times, factor),
                    "A larger learning rate repairs what has vanished.",
                    f"the near part's step becomes {factor:g} times as long as well"),
                other("drowned", f"becomes {factor:g} times as small",
                      np.isclose(times, 1 / factor),
                      "A larger rate favours what is large already.",
                      "one number multiplies both, so their ratio stays")])


@question("11", "larger weights cure it", "04 *Bigger weights*",
          before={"weak": 0.9, "strong": 1.1, "k": 100},
          after={"weak": 0.95, "strong": 1.05, "k": 200})
def larger(weak, strong, k):
    def left(w):
        net, run = linear(w, k + 1)
        return flow.jacobians(net, run).norms_to(k + 1)[1]
    found, product = left(strong), k * np.log10(strong)
    added = 1 + k * (strong - 1)
    return (f"One linear unit. With W_a = {weak:g}, {style.power(left(weak))} of a gradient is "
            f"left after {k} steps back. Now W_a = {strong:g}. After {k} steps a gradient is", [
                right(f"{style.power(product)} times as large", np.isclose(found, product),
                      f"{strong:g} is multiplied {k} times; only a factor of exactly 1 holds"),
                row("cured", "about as large as at the start", abs(found) < 0.3,
                    "Larger weights cure vanishing.",
                    "they exchange dying for exploding: not dying is not holding"),
                other("added", f"about {added:.0f} times as large", np.isclose(10**found, added),
                      "Each step adds its part.", "steps multiply, they do not add")])


@question("14", "an LSTM or a GRU removes both problems", "07 *Three cells, one gradient*",
          before={"f": 0.5, "k": 20}, after={"f": 0.9, "k": 100})
def gates(f, k):
    net = Network(1, (1,), 1, "lstm", "squared", forget_bias=np.log(f / (1 - f)), scale=0.0)
    found = flow.log10_kept(net, net.forward(np.zeros((k, 1))))[1, 0].item()
    power = k * np.log10(f)
    return (f"In the cell of an LSTM, c⟨t⟩ = f · c⟨t−1⟩ + something new. Let the gate f be {f:g} "
            f"at every time, and nothing else depend on c. Of ∂J/∂c⟨{k}⟩ there arrives at "
            "c⟨0⟩", [
                right(f"{style.power(power)} of it", np.isclose(found, power),
                      f"each step multiplies by f, and {raised(f, k)} is small"),
                row("all of it", "all of it", np.isclose(found, 0),
                    "An LSTM or a GRU removes both problems.",
                    "it is f near 1 that holds the way, not the letters LSTM"),
                other("f once", f"{f:g} of it", np.isclose(found, np.log10(f)),
                      "The gate counts once.", f"there is a gate in each of the {k} steps")])
