"""The predictions of 04: what is left of a gradient."""
import numpy as np

from rnnlib import flow, sequences
from rnnlib.network import Network
from rnnlib.predictions.drawn import Truth
from rnnlib.predictions.form import prediction

STEPS = 49  # from t = 50 back to t = 1
PRODUCT = "norm of the true product"
SIZES = 10, 5, 2, 1, 0.75, 0.5, 0.25, 0


def powers(W, k):
    """The norm of a product of k equal matrices."""
    return np.linalg.norm(np.linalg.matrix_power(np.array(W), k), 2)


def between(number, words):
    """The words of the first limit that a number lies below; None is no limit."""
    return next(said for said, limit in words.items() if limit is None or number < limit)


def products(gain, rho, init, T=50):
    """log10 of the true product at each t: 16 units of tanh, inputs of a size, seed 0."""
    net = Network(4, (16,), 1, "tanh", "squared", seed=0, init=init, scale=rho)
    run = net.forward(gain * np.random.default_rng(0).normal(size=(T, 4)))
    return flow.jacobians(net, run).norms_to(T)


def at_first(gain, rho, init, T=50):
    """log10 of the true product at t = 1."""
    return products(gain, rho, init, T)[1]


def back_in_time(log10, up, choices):
    """The truth of what is left after 0, 1, 2, ... steps back; choices: log10 of both ends."""
    steps = len(log10) - 1
    return Truth(np.arange(steps + 1), np.asarray(log10), "steps back in time", up,
                 {choice: (steps, *ends) for choice, ends in choices.items()}, "y")


def one_weight(w, choices):
    """The truth of a gradient that one weight multiplies in every step."""
    ends = {choice: tuple(end and np.log10(end) for end in found)
            for choice, found in choices.items()}
    return back_in_time(np.arange(STEPS + 1) * np.log10(w), f"the gradient, w = {w}", ends)


@prediction("w = 0.9. What is left at t = 1 of a gradient of 1 at t = 50?",
            "about a half", "about a tenth", "less than a hundredth",
            truth=lambda: one_weight(0.9, {
                "about a half": (0.5, 0.5), "about a tenth": (0.1, 0.1),
                "less than a hundredth": (None, 0.01)}),
            why="0.9⁴⁹ = 0.0057.")
def below_one():
    return between(0.9**STEPS, {"less than a hundredth": 0.01, "about a tenth": 0.3,
                                "about a half": None})


@prediction("And with w = 1.1, how much does it become?", "5", "11", "over 100",
            truth=lambda: one_weight(1.1, {"5": (5, 5), "11": (11, 11), "over 100": (100, None)}),
            why="1.1⁴⁹ = 107.")
def above_one():
    return between(1.1**STEPS, {"5": 6, "11": 100, "over 100": None})


@prediction("How far may w be from 1 before a factor 10 is lost or won in 49 steps?",
            "about 0.005", "about 0.05", "about 0.5",
            then="Run the next cell and move *spectral radius ρ*, which for one unit is w, to "
            "0.95, 1 and 1.05.",
            why="0.954 leaves a tenth, 1.048 gives 10. Nothing but 1 stays level.")
def factor_of_ten():
    return f"about {10**(1 / STEPS) - 1:.2f}"


@prediction("The gradient at T is (1, 1). After 20 steps back, which part is left?", "both",
            "unit 1's", "unit 2's", "none",
            why="1.05²⁰ = 2.653. What unit 1 had to hear is gone by a factor of a million.")
def which_unit_is_left():
    left = np.linalg.matrix_power(np.diag([0.5, 1.05]), 20) @ [1, 1] > 0.1
    return {(True, True): "both", (True, False): "unit 1's", (False, True): "unit 2's"}.get(
        tuple(left.tolist()), "none")


@prediction("What is the norm of W_a times itself?", "0.81", "between 0.81 and 1", "above 1",
            why="It is 2.111.")
def norm_of_the_square():
    return between(powers([[0.9, 1], [0, 0.9]], 2), {"0.81": 0.8101, "between 0.81 and 1": 1,
                                                     "above 1": None})


@prediction("In the next picture k = 9 is t = T − 9. Where is the true product at t = 61?",
            "above ρᵏ",
            "on ρᵏ",
            "below ρᵏ",
            why="And below the bound, as always.")
def above_the_radius():
    return between(powers([[0.9, 1], [0, 0.9]], 9) / 0.9**9,
                   {"below ρᵏ": 0.99, "on ρᵏ": 1.01, "above ρᵏ": None})


def longer():
    """The chain of 8 units."""
    return 0.9 * np.eye(8) + np.eye(8, k=1)


@prediction("More units make a longer chain (0.9 on the diagonal, 1 above it). Move *units* to 8. "
            "By t = 1, what has the product done?",
            "it has shrunk",
            "it has grown",
            truth=lambda: back_in_time(
                [np.log10(powers(longer(), k)) for k in range(70)], "norm of the product",
                {"it has shrunk": (None, 0), "it has grown": (0, None)}),
            why="By 2·10⁶, though ρ is 0.9 still. (One gradient need not have: what enters at unit "
            "8 alone shrinks in every step, to 0.9⁶⁹ = 0.0007.) The long run comes later: move T "
            "up until the left end falls below 1.")
def longer_chain():
    return between(powers(longer(), 69),
                   {"it has shrunk": 1, "it has grown": None})


@prediction("16 tanh units, W_a = 3 · an orthogonal matrix: every eigenvalue has size 3, every "
            "singular value is 3. The inputs are large. What has the gradient done after 49 steps?",
            "exploded, near 3⁴⁹ = 2·10²³", "about as it was", "vanished",
            truth=lambda: back_in_time(products(10.0, 3.0, "orthogonal")[:0:-1], PRODUCT, {
                "exploded, near 3⁴⁹ = 2·10²³": 2 * (STEPS * np.log10(3),),
                "about as it was": (0, 0), "vanished": (None, -2)}),
            why="By 3·10²⁷ with this seed and by at least 7·10⁹ with each of ten seeds. The bound "
            "and ρᵏ both go to 2·10²³; the histogram lower right shows why they are not reached: "
            "four of five slopes are near 0. The units are saturated.")
def large_inputs():
    return between(at_first(10.0, 3.0, "orthogonal"), {"vanished": -2, "about as it was": 2,
                                                       "exploded, near 3⁴⁹ = 2·10²³": None})


def by_size():
    """log10 of the true product for inputs of each size, the largest first."""
    return [at_first(gain, 3.0, "orthogonal") for gain in SIZES]


def three_ways():
    """The curve of each choice, from the largest inputs to none."""
    found = by_size()
    return {"it stays": [found[0]] * len(found), "it rises steadily": sorted(found),
            "it rises, but not steadily": found}


@prediction("W_a stays. Move *size of the inputs* from 10 down to 0. What will the true product at "
            "t = 1 do? (To the right: smaller inputs.)",
            "it stays", "it rises steadily", "it rises, but not steadily", curves=three_ways,
            then="Then tick *20 seeds*: the grey band reaches over all of them, the thin line is "
            "their median.",
            why="So it is with each of ten seeds. At 5 all of them vanish, at 2 they lie between "
            "10⁻¹·¹ and 10⁴·⁵ (for some one click of the slider is two powers of ten), at 0.5 "
            "between 10¹ and 10⁷, and at 0 each is the bound itself. At 0 all states stay 0, all "
            "slopes are 1, and tanh is linear there.")
def smaller_inputs():
    steps = np.diff(by_size())
    if not steps.any():
        return "it stays"
    return "it rises steadily" if (steps >= 0).all() else "it rises, but not steadily"


@prediction("ReLU, slopes 0 or 1, and this W_a. Its product with itself is 0: two linear steps, "
            "and nothing is left. Can the gradient of the ReLU layer explode?",
            "no",
            "yes",
            why="It doubles in every step, with ρ = 0. Unit 2 is off, its slope 0 deletes the "
            "second row, and that row was what cancelled the first.")
def slopes_of_zero():
    net = Network(n_x=1, units=(2,), n_y=1, cell="relu", loss="squared")
    net.params["W_a[1]"] = [[2, 2], [-2, -2]]
    run = net.forward(np.zeros((10, 1)), a0=[1, 0])
    return "yes" if flow.jacobians(net, run).norms_to(10)[1] > 1 else "no"


@prediction("ρ alone, with no word on σ₁: for which of the four activations does it promise "
            "anything?",
            "all four",
            "all but ReLU",
            "the linear one only",
            why="What you have seen so far stands in the table below.")
def what_the_radius_promises():
    return "the linear one only"


@prediction("The median of 20 seeds at t = 1 is 10⁻¹¹. Move ρ to 3. What does it do?",
            "it stays below 10⁻⁵",
            "it comes near 1",
            "it goes beyond 10¹⁰",
            why="The median is 8. That looks like the cure, and it is T = 50: the seeds lie "
            "between 10⁻² and 10⁷.")
def larger_weights():
    return between(at_first(1.0, 3.0, "radius"), {"it stays below 10⁻⁵": -5, "it comes near 1": 10,
                                                  "it goes beyond 10¹⁰": None})


@prediction("Then T to 200. How many of the 20 are between 0.1 and 10 now?", "all", "half", "few",
            why="At T = 200 they lie between 10⁻¹⁵ and 10¹⁷, and two of 20 are within a factor 10 "
            "of 1.")
def larger_weights_longer():
    return "few"


@prediction("tanh, W_a orthogonal, T = 200, ordinary inputs. What has the product done at t = 1?",
            "kept its length", "lost a factor 10", "lost more than 10²⁰",
            then="In the same picture press *3 orthogonal is not enough*; then *4 ReLU and "
            "identity*, and there move *bias* from 0.5 to −1.",
            truth=lambda: back_in_time(
                products(1.0, 1.0, "orthogonal", T=200)[:0:-1], PRODUCT,
                {"kept its length": (0, 0), "lost a factor 10": (-1, -1),
                 "lost more than 10²⁰": (None, -20)}),
            why="10³³ to 10⁴³ with 20 seeds. W_a keeps lengths, the slopes of tanh do not: each z "
            "away from 0 costs a little, 199 times. Orthogonal keeps the gradient only where all "
            "slopes are 1. ReLU with W_a = I is perfect while all units are on, and exactly 0 as "
            "soon as every way has met a unit that is off.")
def orthogonal_at_first():
    return between(at_first(1.0, 1.0, "orthogonal", T=200),
                   {"lost more than 10²⁰": -20, "lost a factor 10": -0.5, "kept its length": None})


@prediction("Two runs with the same inputs start 0.000001 apart in each unit. How far apart are "
            "their states after 200 steps, with ρ = 1, with ρ = 3?",
            "ρ = 1: not at all, ρ = 3: not at all", "ρ = 1: as before, ρ = 3: not at all",
            "ρ = 1: not at all, ρ = 3: as two strangers",
            why="With ρ = 1 λ is about −0.5. With ρ = 3 λ is above 0 for most seeds, and for most "
            "the states are 0.01 to 5 apart, as far as any two. That is *chaos*: a start that "
            "nobody can measure decides the end. Its gradient explodes, and rightly so.")
def two_starts():
    return "ρ = 1: not at all, ρ = 3: as two strangers"


@prediction("tanh, orthogonal W_a, T = 200 as above, now residual with ε = 0.01. A gradient of "
            "length 1 comes back to the start: how long?",
            "10⁻³⁰ or less", "between 0.1 and 10", "10³⁰ or more",
            why="Each of them: a step multiplies by 1 − ε to 1 + ε, and 1.01²⁰⁰ = 7.3. The price: "
            "a state that moves by ε at most in a step.")
def residual():
    return "between 0.1 and 10" if 0.1 < 0.99**200 < 1.01**200 < 10 else "10³⁰ or more"


@prediction("50 times, W_a = 0.8 · orthogonal. How large is the norm of the whole gradient, and "
            "the far part's share of it?",
            "near 0, and a half", "ordinary, and a tenth", "ordinary, and a hundredth or less",
            why="The total is 10.72. The near part has 10.72 as well, the far part 0.02: 0.2 %. "
            "With ten seeds it is 0.05 to 0.22 %.")
def far_share():
    parts = far_and_near()
    share = np.linalg.norm(parts.far) / np.linalg.norm(parts.total)
    return between(share, {"ordinary, and a hundredth or less": 0.01, "ordinary, and a tenth": 0.3,
                           "near 0, and a half": None})


def far_and_near():
    """The gradient of W_a in two parts: loss and use more than 10 steps apart, and the rest."""
    net = Network(4, (16,), 3, "tanh", "softmax", init="orthogonal", scale=0.8, seed=0)
    rng = np.random.default_rng(1)
    x, y, a0 = rng.normal(size=(50, 4)), rng.integers(0, 3, 50), rng.normal(size=16) / 2
    return flow.split(net, net.forward(x, y, a0), "W_a[1]", 10)


@prediction("The steps are too small for the far part, so take a learning rate 1000 times as "
            "large; it multiplies every item of the table. What does the ratio of far to near in "
            "the step become?",
            "1000 times as large", "the same", "smaller",
            why="Both parts stand in one sum, and one number multiplies the sum: at rate 10 the "
            "far part's step is 0.2 long, as wanted, and the near part's is 107.")
def larger_rate():
    parts = far_and_near()
    ratios = [np.linalg.norm(rate * parts.far) / np.linalg.norm(rate * parts.near)
              for rate in (0.01, 10)]
    return "the same" if np.isclose(*ratios) else "smaller"


@prediction("Three untrained networks of 16 units: logistic; tanh with W_a = 0.5 · orthogonal; "
            "tanh with W_a orthogonal. To which of them does “keys” come back? What share of the "
            "last word's gradient reaches it?",
            "a fifth, a 2500th, a two-millionth", "a 2500th, a fifth, a two-millionth",
            "a two-millionth, a 2500th, a fifth",
            why="Only the third hears “keys” (0.12 to 0.25 with ten seeds; the other two hardly "
            "change).")
def who_hears_keys():
    spoken, vocabulary = sequences.one_hot("the keys that the man who left early this morning had "
            "brought are")
    names, shares = {}, []
    for cell, scale in (("logistic", 1.0), ("tanh", 0.5), ("tanh", 1.0)):
        net = Network(len(vocabulary), (16,), 2, cell, init="orthogonal", scale=scale, seed=0)
        back = net.backward(net.forward(spoken[:-1], np.ones(12, int), mask=np.arange(12) == 11))
        shares.append(np.linalg.norm(back.z[1, 2]) / np.linalg.norm(back.z[1, 12]))
    names = dict(zip(sorted(shares), ("a two-millionth", "a 2500th", "a fifth")))
    return ", ".join(names[share] for share in shares)


@prediction("Two sentences, “key … is” and “keys … are”, the first network, 150 updates with each "
            "of ten seeds. How many tell is from are in the end, with plain descent at rate 1? And "
            "with Adam, which divides each number of the gradient by its own usual size?",
            "none, none", "none, all", "some, all", "all, all",
            why="What comes back to “keys” goes into a column of W_x that no other word uses, and "
            "there Adam makes a full step of a two-millionth. Inside W_a near and far stand in one "
            "sum, and no rate for each number tells them apart.")
def plain_and_adam():
    return "none, all"
