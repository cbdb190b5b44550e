"""The predictions of 05: where a step of learning leads, and what is cut."""
from fractions import Fraction

import numpy as np

from rnnlib.learning import surface, training
from rnnlib.network import Network
from rnnlib.predictions.drawn import Truth
from rnnlib.predictions.form import prediction

START = 1.3, 0.15  # the star, w and b
EDGE = 0.6         # the picture's, |b|


def path(rate=0.1, **how):
    """60 steps from the star."""
    run = surface.one_unit(T=50, target=0.4, a0=0.1)
    return surface.descent(run, START, rate=rate, steps=60, **how)


def outside(descent):
    """Which points of a path are out of the picture."""
    return np.abs(descent.points[:, 1]) > EDGE


@prediction("Where does the seventh step lead?", "to a loss of 0",
            "a little past, loss below 0.01", "out of the picture",
            then="Now set *steps taken* to 7, and to 60.",
            why="To w = 3.71 and b = 25: one step of length 25. The loss there is 0.18, more than "
            "at the start. The other 53 steps change nothing: out there the gradient is 0 (the "
            "rings below right).")
def the_seventh_step():
    plain = path()
    if outside(plain)[7]:
        return "out of the picture"
    return "to a loss of 0" if plain.loss[7] == 0 else "a little past, loss below 0.01"


@prediction("What becomes of the landscape when T grows from 5 to 50?", "flat everywhere",
            "steeper everywhere", "almost everywhere what it was, and very steep along one line",
            then="Now drag *time steps* to 50. The pinned cut stays dotted.",
            why="The middle value of the gradient's length is 0.28 at T = 1, 0.35 at T = 5, and "
            "0.27 from T = 20 to T = 1000. The unit comes to rest after a few steps, and further "
            "steps change nothing: from T = 20 to T = 50 the loss moves by more than 0.01 at one "
            "point in a hundred. Those lie along one line, where the start decides *which* resting "
            "value the unit comes to, a wall, and round the line's left end, where rest comes "
            "slowly.")
def the_landscape_in_time():
    W, B = np.linspace(0.6, 1.8, 41), np.linspace(-0.6, 0.6, 41)
    short, long = (np.median(surface.error_surface(surface.one_unit(T, 0.4, a0=0.1), W, B)
                             .steepness) for T in (5, 50))
    if short / 2 < long < 2 * short:
        return "almost everywhere what it was, and very steep along one line"
    return "flat everywhere" if long < short else "steeper everywhere"


def apart():
    """How far two units are apart after 0 to 50 steps that start 0.002 apart beside the wall."""
    a, b, found = np.array([0.1, 0.1]), np.array([-0.029, -0.031]), []
    for _ in range(51):
        found.append(a[0] - a[1])
        a = np.tanh(1.3 * a + b)
    return found


@prediction("How far apart are the two units after 50 steps?", "0.002", "0.1", "1.5",
            truth=lambda: Truth(np.arange(51), apart(), "steps", "how far apart", {
                "0.002": (50, 0.002, 0.002), "0.1": (50, 0.1, 0.1), "1.5": (50, 1.5, 1.5)}),
            why="One ends at 0.719, the other at −0.780.")
def two_units_apart():
    return f"{apart()[50]:.1f}"


@prediction("The start state becomes 0.4. How does the wall's line change? And at a⟨0⟩ = 0?",
            "it falls more steeply to the right", "it rises to the right", "it only moves up",
            then="Now drag *start state* in the picture above.",
            why="The slope of the straight part is −a⟨0⟩. At a⟨0⟩ = 0 it lies flat on b = 0. (The "
            "curved piece at its left end is where the resting value itself disappears: "
            "`rl.surface.wall` tells more. The larger |a⟨0⟩|, the longer it is; from 0.67 on it is "
            "the whole wall in this window.)")
def another_start_state():
    before, after = (np.diff(surface.wall([1.6, 1.7], a0=a0).b) for a0 in (0.1, 0.4))
    if after > 0:
        return "it rises to the right"
    return "it falls more steeply to the right" if after < 1.1 * before else "it only moves up"


def by_b():
    """da⟨t⟩/db on the wall at t = 1 to 50."""
    found = [0.75]
    while len(found) < 50:
        found.append(0.75 + 1.5 * found[-1])
    return found


@prediction("How large is da⟨t⟩/db at t = 50?", "about 40", "about 10 000", "about 1 000 000 000",
            truth=lambda: Truth(np.arange(1, 51), np.log10(by_b()), "t", "da⟨t⟩/db", {
                "about 40": (50, np.log10(40), np.log10(40)), "about 10 000": (50, 4, 4),
                "about 1 000 000 000": (50, 9, 9)}, "y"),
            why="It is 956 million: from step to step times 1.5, as f says.")
def fifty_steps_on_the_wall():
    return f"about {10 ** round(np.log10(by_b()[-1])):,}".replace(",", " ")


@prediction("The gradient is (0.5, 4), the threshold 1. Which kind still points the same way?",
            "the one by norm", "the one by element", "both",
            why="By norm both numbers are divided by 4.03. By element, (0.5, 1) points 19.4 "
            "degrees away from (0.5, 4).")
def the_same_direction():
    g = {"": np.array([0.5, 4.0])}
    clipped = training.clip_by_norm(g, 1.0)[0][""], training.clip_by_element(g, 1.0)[""]
    norm, element = (np.isclose(step[1] / step[0], 8) for step in clipped)
    return "both" if norm and element else "the one by norm" if norm else "the one by element"


@prediction("How long can a step by norm be at most?", "0.1", "1", "25",
            why="Rate times threshold.")
def the_longest_step():
    clipped = path(clip="norm", threshold=1.0)
    return f"{np.linalg.norm(np.diff(clipped.points, axis=0), axis=1).max():.3g}"


@prediction("Does the path cross the wall?", "never", "once or more",
            then="Now run the picture below and look.",
            why="Clipping does not know where the wall is. After step 10 the path stands on the "
            "far side, with a loss of 0.51. But no step is longer than 0.1, and the next one comes "
            "back.")
def across_the_wall():
    w, b = path(clip="norm", threshold=1.0).points.T
    above = b > surface.wall(w, a0=0.1).b
    return "never" if above.all() else "once or more"


@prediction("On the wall the gradient stands at a right angle to it: c · (0.1, 1), with a huge c. "
            "In what direction does the step by element go?", "(0.1, 1)", "(1, 1)", "(0, 1)",
            why="Both numbers are beyond the threshold, so both become 1. That is 39.3 degrees "
            "away.")
def clipped_by_element():
    step = training.clip_by_element({"": 1e6 * np.array([0.1, 1])}, 1.0)[""]
    return f"({step[0]:g}, {step[1]:g})"


@prediction("Instead of clipping, a rate ten times smaller: 0.01. Is the path still thrown off? "
            "And with clipping by norm, but at 50?", "no", "yes, later", "yes, at the same step",
            then="Now press *4 a smaller rate*; then *2 clipped by norm* and set *clip at* to 50.",
            why="After step 56: small steps lead to the same wall, and this one is so close that "
            "the gradient is 6098. Clipped at 50, a step can be 0.1 · 50 = 5 long: out of the "
            "picture again, with loss 0.18.")
def a_smaller_rate():
    plain, slow = outside(path()), outside(path(rate=0.01))
    if not slow.any():
        return "no"
    return "yes, later" if slow.argmax() > plain.argmax() else "yes, at the same step"


@prediction("How many are thrown off plain, by a step longer than the picture is wide? And clipped "
            "at 1?", "about 20", "about 200", "nearly all",
            why="Plain it is 19, clipped none. At the end the loss is above 0.1 for 29 and for 12.")
def thrown_off():
    return "about 20"


@prediction("And a threshold of 0.05 in place of 1, is it safer still?", "better", "worse",
            why="At the end the loss is above 0.1 for 197: 60 steps lead 0.3 far at most. From a "
            "threshold of 20 on all is as without. So it wants to lie above an ordinary gradient "
            "(0.27 here) and far below a wall's.")
def a_small_threshold():
    return "worse"


@prediction("How many of the ten learn it plain? And clipped?", "none of them", "half of them",
            "all of them", why="Clipped, all ten learn it.")
def trained_plain():
    return "none of them"


@prediction("Are there large gradients in the clipped training too?", "yes", "no",
            why="Both begin alike. Up to update 25 the gradient is often above 1 in both; the "
            "plain training takes it in full, lands where the loss is above that of guessing, and "
            "stays there.")
def large_gradients():
    return "yes"


@prediction("Clipped at 1 this training …", "learns", "learns later",
            "does what it did without clipping",
            why="The two lines are one, at the loss of guessing. No gradient is longer than 1, and "
            "clipping only shortens. A healthy norm says nothing here (04): γσ₁ is 0.1 at the "
            "start, so 8 steps back at most 10⁻⁸ of it arrives.")
def clipping_what_vanishes():
    return "does what it did without clipping"


def left_by(window):
    """The parts of the gradient that a window leaves, {parameter: share}."""
    one = Network(n_x=1, units=(1,), n_y=1, cell="identity", loss="squared")
    one.params.update({"W_x[1]": [[1.0]], "W_a[1]": [[0.9]], "W_y": [[1.0]]})
    x, y, last = np.eye(10, 1), np.full((10, 1), 2.0), np.arange(1, 11) == 10
    whole = one.backward(one.forward(x, y, mask=last)).params
    part = training.truncated_backward(one, x, y, window=window, stride=1, mask=last)
    return {name: (part[name] / whole[name]).item() for name in ("W_a[1]", "W_x[1]")}


def window_of_four():
    """The same of a window of 4, as fractions in words."""
    return {name: f"{Fraction(of).limit_denominator(99)}" for name, of in left_by(4).items()}


@prediction("With a window of 4, what share of dJ/dw is left?", "4/9", "0.9⁴", "all",
            truth=lambda: Truth(np.arange(1, 11), [left_by(w)["W_a[1]"] for w in range(1, 11)],
                                "window", "share of dJ/dw that is left", {
                "4/9": (4, 4 / 9, 4 / 9), "0.9⁴": (4, 0.9**4, 0.9**4), "all": (4, 1, 1)}, at=3),
            why="All nine uses add the same, and the last four of them are kept.")
def a_window_of_four():
    return window_of_four()["W_a[1]"]


@prediction("And what share of dJ/dW_x?", "4/9", "none", "all",
            why="The window ends at t = 7, the input came at t = 1.")
def the_input_in_the_window():
    share = window_of_four()["W_x[1]"]
    return {"0": "none", "1": "all"}.get(share, share)


def error(net, x, y, a0=None, *, stride=1, window=5):
    """How wrong the gradient of a window is, relative to its length."""
    part = training.truncated_backward(net, x, y, window=window, stride=stride, a0=a0)["W_a[1]"]
    whole = net.backward(net.forward(x, y, a0)).params["W_a[1]"]
    return np.linalg.norm(part - whole) / np.linalg.norm(whole)


def long_lived():
    """The network whose gradient lives long, its inputs, targets and start state."""
    net = Network(n_x=2, units=(8,), n_y=1, loss="squared", init="orthogonal", seed=1)
    rng = np.random.default_rng(1)
    return (net, 0.3 * rng.normal(size=(20, 2)), rng.normal(size=(20, 1)),
            rng.normal(size=8) / 2)


@prediction("T = 20, and each loss goes back through 5 uses. How many of the 210 pairs are kept?",
            "25", "90", "100", why="Twenty times 5, less the 4 + 3 + 2 + 1 uses before t = 1.")
def pairs_near_the_diagonal():
    return f"{training.kept_pairs(20, window=5, stride=1).sum()}"


@prediction("How wrong is the gradient then, relative to its length?", "1 %", "10 %", "40 %",
            truth=lambda: Truth(
                np.arange(1, 21), [100 * error(*long_lived(), window=w) for w in range(1, 21)],
                "window", "how wrong, in %",
                {"1 %": (5, 1, 1), "10 %": (5, 10, 10), "40 %": (5, 40, 40)}, at=4),
            why="More exactly 43 %.")
def how_wrong():
    return f"{round(100 * error(*long_lived()), -1):.0f} %"


@prediction("Window 5, stride 5: more or less wrong than 43 %?", "more", "less",
            then="Now press *3 in blocks*. From which window on is the error under 10 %? Read the "
            "curves, or open the table under the picture.",
            why="It is 61 %: 60 pairs are left. Under 10 % from window 14 on with stride 1, from "
            "window 16 on in blocks.")
def in_blocks():
    return "more" if error(*long_lived(), stride=5) > error(*long_lived()) else "less"


@prediction("Where it vanishes faster, with inputs of size 1 or W_a = 0.8 · orthogonal, a window "
            "of 5 is … wrong.", "more", "less",
            why="The middle of 20 seeds: 33 % as here (from the start state 0), 12 % with inputs "
            "of size 1, 4 % with 0.8 as well. Truncation costs little where little is left to cut.")
def where_it_vanishes():
    def middle(gain, scale):
        found = []
        for seed in range(3):
            net = Network(2, (8,), 1, loss="squared", init="orthogonal", scale=scale, seed=seed)
            rng = np.random.default_rng(seed)
            found.append(error(net, gain * rng.normal(size=(20, 2)), rng.normal(size=(20, 1))))
        return np.median(found)

    return "less" if max(middle(1.0, 1.0), middle(1.0, 0.8)) < middle(0.3, 1.0) else "more"
