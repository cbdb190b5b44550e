"""Questions about steps of learning: clipped, cut short, thrown off."""
import numpy as np

from rnnlib.beliefs.form import other, question, right, row
from rnnlib.beliefs.unit import linear, pair
from rnnlib.learning import surface
from rnnlib.learning.optimisers import clip_by_element, clip_by_norm
from rnnlib.learning.training import truncated_backward


@question("12", "clipping helps against vanishing", "05 *What clipping does not save*",
          before={"length": 0.001, "threshold": 1}, after={"length": 0.02, "threshold": 5})
def clipped(length, threshold):
    g = length * np.array([0.6, 0.8])
    found = np.linalg.norm(clip_by_norm({"g": g}, threshold)[0]["g"])
    return (f"A gradient is {length:g} long. It is clipped by norm at {threshold:g}. How long is "
            "it then?", [
                right(f"{length:g}", np.isclose(found, length),
                      "clipping shortens what is longer than the threshold, and only that"),
                row("lifted", f"{threshold:g}", np.isclose(found, threshold),
                    "Clipping helps against vanishing.", "it lengthens nothing"),
                other("cut away", "0", found == 0, "Clipping cuts away what is small.",
                      "what is below the threshold passes as it is")])


@question("13", "clipping each number is as good", "05 *Clipping*",
          before={"g": (10, 2), "threshold": 1}, after={"g": (-12, 3), "threshold": 2})
def turned(g, threshold):
    g = np.array(g, float)
    found = clip_by_element({"g": g}, threshold)["g"]
    diagonal, axis = np.sign(g), np.where(abs(g) == abs(g).max(), np.sign(g), 0)

    def along(v):
        return np.isclose(found @ v, np.linalg.norm(found) * np.linalg.norm(v))
    return (f"The gradient is {pair(g)}. Each of its numbers is clipped by itself, to "
            f"−{threshold:g} … {threshold:g}. Then it is a multiple of", [
                right(f"{pair(diagonal)}", along(diagonal),
                      f"it becomes {pair(found)}: both numbers are cut to the same size"),
                row("kept", f"{pair(g)}, as before", along(g),
                    "Clipping each number is as good as clipping the norm.",
                    "only clipping by norm multiplies both by one factor"),
                other("largest alone", f"{pair(axis)}", along(axis),
                      "Clipping keeps the largest number and drops the others.",
                      "a number above the threshold becomes the threshold, whichever it is")])


@question("15", "truncation: unbiased, or short sequences",
          "05 *The way back is cut, not the way forwards*",
          before={"T": 10, "window": 4}, after={"T": 20, "window": 5})
def truncated(T, window):
    pulse, last = np.eye(T, 1), np.arange(1, T + 1) == T
    net, run = linear(0.9, T, x=pulse, last=True)
    felt = not np.isclose(run.y_hat[T], net.forward(0 * pulse).y_hat[T]).all()
    wanted = [np.full((T, 1), target) for target in (1.0, 2.0, 3.0)]
    part = np.mean([truncated_backward(net, pulse, y, window=window, stride=1, mask=last)["W_x[1]"]
                    for y in wanted])
    whole = np.mean([net.backward(net.forward(pulse, y, mask=last)).params["W_x[1]"]
                     for y in wanted])
    return (f"One linear unit, W_a = 0.9, reads 1 at t = 1 and 0 from then on; the only loss is at "
            f"t = {T}. Backpropagation is truncated: it goes back through {window} uses. Then", [
                right(f"ŷ⟨{T}⟩ depends on x⟨1⟩, and dJ/dW_x comes out as 0", felt and part == 0,
                      "the state is carried on in full; what lies before the window gets no blame"),
                row("unbiased", f"ŷ⟨{T}⟩ depends on x⟨1⟩, and dJ/dW_x comes out right on average",
                    felt and np.isclose(part, whole), "Truncation is unbiased.",
                    "what is cut is cut in each sequence, so no average brings it back"),
                row("short", f"ŷ⟨{T}⟩ does not depend on x⟨1⟩ any more", not felt,
                    "Truncation means short sequences.",
                    "only the way back is cut, not the way forwards")])


@question("19", "where a gradient explodes, training diverges", "05 *The landscape*",
          before={"T": 1000, "short": 20, "target": 0.4},
          after={"T": 500, "short": 25, "target": 0.5})
def landscape(T, short, target):
    w, b = np.linspace(0.6, 1.8, 25), np.linspace(-0.6, 0.6, 25)
    middle = [np.median(surface.error_surface(surface.one_unit(many, target, a0=0.1), w, b)
                        .steepness) for many in (short, T)]
    times = middle[1] / middle[0]
    return ("One unit, a⟨t⟩ = tanh(w a⟨t−1⟩ + b), comes to rest after a few steps at nearly every "
            "place (w, b) of a map, w from 0.6 to 1.8, b from −0.6 to 0.6. The loss is at t = T, "
            f"and T grows from {short} to {T}. The length of the gradient by (w, b), its median "
            "over the map,", [
                right("stays about what it was", 0.9 < times < 1.1,
                      "more steps at rest change nothing, and the wall is one narrow line"),
                row("explodes", "grows more than tenfold", times > 10,
                    "Where a gradient explodes, training diverges from everywhere.",
                    "it explodes along one line; most starts never meet that"),
                other("vanishes", "falls below a tenth", times < 0.1,
                      "More steps make every gradient vanish.",
                      "w and b are used near the end too, and those uses stay near")])
