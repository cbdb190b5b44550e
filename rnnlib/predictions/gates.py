"""The predictions of 07: how a number survives a hundred steps."""
from types import SimpleNamespace

import numpy as np

from rnnlib import flow
from rnnlib.explorers.gated import GatedCells
from rnnlib.graph.geometry import Graph
from rnnlib.network import Network
from rnnlib.predictions.decay import back_in_time
from rnnlib.predictions.drawn import Truth
from rnnlib.predictions.form import prediction


def by_hand():
    """The LSTM of one unit with one digit a weight, and its run over 1, 0, 0."""
    net = Network(n_x=1, units=(1,), n_y=1, cell="lstm", loss="squared", seed=0)
    weights = {"f": (-1, 0.5, 2), "i": (2, 0, -1), "g": (1, 0.5, 0), "o": (0, 1, 1)}
    for k, (W_x, W_a, b) in weights.items():
        net.params.update({f"W_x{k}[1]": [[W_x]], f"W_a{k}[1]": [[W_a]], f"b_{k}[1]": [b]})
    net.params["W_y"] = [[1.0]]
    return net, net.forward([[1], [0], [0]], [[0], [0], [1]], mask=[False, False, True])


@prediction("f = 0.9, 0.99 and 1. How much is left after 100 steps?",
            "90 %, 99 %, 100 %", "0.003 %, 37 %, 100 %", "0, 0, 100 %",
            why="From 0.9 to 0.99 is a small step for f; for what is left it is a factor of more "
            "than 10 000.")
def a_hundred_factors():
    left = 100 * np.array([0.9, 0.99, 1])**100
    return f"{left[0]:.1g} %, {left[1]:.0f} %, {left[2]:.0f} %"


@prediction("At t = 2 the input is 0: z_f = 2 + 0.5 · 0.370 and z_i = −1. What becomes of c = "
            "0.557?", "nearly the same", "half", "0",
            why="0.899 · 0.557 + 0.269 · 0.183 = 0.550. 90 % of the old number is kept, and a "
            "little is written.")
def one_step_of_c():
    c = by_hand()[1].c
    left = (c[1, 2] / c[1, 1]).item()
    return "nearly the same" if left > 0.9 else "half" if left > 0.1 else "0"


@prediction("Of the lines that lead into c, which carry a matrix?", "all of them",
            "those from below", "none of them",
            why="c is made from f, i, g and the c before, unit by unit; the thick line is the "
            "direct way from c to c. The matrices all end in f, i, g and o.")
def lines_into_c():
    weights = [use.weight for use in Graph(1, (1,), 1, T=3, cell="lstm").feeds(("c", 1, 2))]
    if all(weights):
        return "all of them"
    return "those from below" if any(weights) else "none of them"


@prediction("Only the loss at t = 3 counts. Through which way does more blame come to c⟨2⟩?",
            "its own a", "the next c", "the same",
            then="Now click c at t = 2 in the picture below: two ways meet.",
            why="Five times as much: −0.325 against −0.062.")
def two_ways_back_to_c():
    net, fwd = by_hand()
    bwd = net.backward(fwd)
    a, c = (abs(way[1, 2].item()) for way in (bwd.c_from_a, bwd.c_from_next))
    return "the same" if np.isclose(a, c) else "its own a" if a > c else "the next c"


@prediction("Entry (c, c) of one step, and entry (c, c) of two steps. Are they f, and f times f?",
            "both", "the first only", "neither",
            why="One step: 0.8989, which is f. Two steps: 0.8919, against f·f = 0.8092. Within one "
            "step c reaches c through f alone; over two it can also go c, a, gates, c, and here "
            "that adds a tenth.")
def one_step_and_two():
    net, fwd = by_hand()
    steps, f = flow.jacobians(net, fwd), fwd.f
    one = np.isclose(steps[2, 1][1, 1], f[1, 2].item())
    two = np.isclose(steps[3, 1][1, 1], (f[1, 3] * f[1, 2]).item())
    return "both" if one and two else "the first only" if one else "neither"


def kept():
    """f where nothing but the forget bias 1 speaks."""
    return 1 / (1 + np.exp(-1))


@prediction("b_f = 1 is a common first value (PyTorch begins near 0). After how many steps is half "
            "of c gone?", "2", "20", "200", why="More exactly 2.2: f = 0.731.",
            truth=lambda: Truth(np.log10(np.arange(1, 201)), kept() ** np.arange(1, 201), "steps",
                                "what is left of c", {f"{k}": (np.log10(k), 0.5, 0.5)
                                                      for k in (2, 20, 200)}, "x", at=1))
def half_of_c():
    f = kept()
    return f"{np.log(2) / -np.log(f):.0f}"


def left(preset="1 the RNN dies, the LSTM holds", **values):
    """{cell: log10 of what is left at t = 1} with a preset of the picture, but for some values."""
    return {name: log10[0] for name, log10 in lines(preset, **values).items()}


def lines(preset, **values):
    """The same at every t."""
    numbers = GatedCells().numbers(SimpleNamespace(**GatedCells.presets[preset] | values))
    return {name: numbers[name] for name in ("tanh", "lstm", "direct")}


def of_the_lstm(choices, preset="1 the RNN dies, the LSTM holds", **values):
    """The truth of the LSTM's gradient, from T back to t = 1."""
    return back_in_time(lines(preset, **values)["lstm"][::-1], "the LSTM's gradient", choices)


@prediction("How much is left at t = 1, for the tanh RNN and for the LSTM?",
            "10⁻²⁰ for both", "10⁻⁵ for both", "10⁻²⁰ and about 1", "0.1 and about 1",
            then="Now read it at the left end of the picture below.",
            why="RNN 10⁻²¹, LSTM about 1; with ten seeds 10⁻³⁰ to 10⁻¹⁸ and 0.01 to 4. The dotted "
            "line is the direct way through f alone. It brings 0.057; the rest of the LSTM's "
            "gradient came through the gates. (The half-life above the picture, 62 steps and not "
            "103, is the average unit's: inputs of size 1 move z_f about b_f, and what f loses "
            "counts more than what it wins. Units that keep more lead the line.)")
def left_of_an_rnn_and_an_lstm():
    rnn, lstm = (left()[cell] for cell in ("tanh", "lstm"))
    if lstm > -2.5:
        return "10⁻²⁰ and about 1" if rnn < -10 else "0.1 and about 1"
    return "10⁻²⁰ for both" if lstm < -12 else "10⁻⁵ for both"


@prediction("Forget bias down to 1, the common first value. How many powers of ten does the LSTM "
            "lose?", "1", "a dozen", "50", then="Now move it, and try other seeds.",
            truth=lambda: of_the_lstm(
                {"1": (-1, -1), "a dozen": (-12, -12), "50": (-50, -50)}, bias=1.0),
            why="10⁻¹²·⁵ to 10⁻⁸·⁹ is left at t = 1, with the seeds 0 to 9.")
def a_smaller_forget_bias():
    powers = -left(bias=1.0)["lstm"]
    return "1" if powers < 4 else "a dozen" if powers < 25 else "50"


@prediction("Forget bias −2. Whose gradient dies first?", "the RNN's", "the LSTM's",
            why="It does so with each of the seeds: 10⁻⁶¹ to 10⁻⁵¹ is left of the LSTM's, and "
            "10⁻³⁰ to 10⁻¹⁸ of the RNN's.")
def the_first_to_die():
    found = left(bias=-2.0)
    return "the LSTM's" if found["lstm"] < found["tanh"] else "the RNN's"


@prediction("Preset *4 what holds the path*: forget bias 5 again, and radius 0, so that no "
            "recurrent weight is left. What is left of the LSTM's gradient?", "0",
            "the direct way", "all", then="Now press it.",
            why="It is 10⁻²·¹ to 10⁻⁰·⁷. (The RNN has lost its only way, exactly 0.) Without the "
            "RNN's line the axis has room for it: it starts at 0.16, since blame enters c "
            "through o and the slope of a tanh; from there to t = 1 it loses a little more than "
            "half, in 99 steps of f near 0.99. It is f near 1 that holds the path, not the "
            "letters LSTM.")
def no_recurrent_weights():
    before, after = left(), left("4 what holds the path")
    if np.isclose(after["lstm"], after["direct"]):
        return "the direct way"
    return "all" if np.isclose(after["lstm"], before["lstm"]) else "0"


@prediction("Over how many powers of ten do the RNNs of 20 seeds reach at t = 1? And with "
            "T = 500?", "1", "4", "10 or more", then="Now tick *20 seeds*.",
            why="From 10⁻⁷ to 10⁵, and over about fifty with T = 500: some RNNs die and some "
            "explode (04). With forget bias 5 and the same radius each of the 20 GRUs keeps 0.4 to "
            "0.7, and the LSTMs 10⁻³ to 30. Not dying is not holding.")
def larger_weights_of_three_cells():
    return "10 or more"


@prediction("Radius of W_a 10, 32 units, bias 1. The LSTM's gradient at t = 1 is …", "below 1",
            "about 1", "over 10 000",
            then="Now press *3 it explodes all the same*, and watch the dotted line too.",
            truth=lambda: of_the_lstm(
                {"below 1": (None, -1), "about 1": (0, 0), "over 10 000": (4, None)},
                "3 it explodes all the same"),
            why="It is 10¹³ here; with ten seeds 10⁵ to 10¹⁷. The direct way is nearly dead, "
            "10⁻⁷ or less, and the gradient explodes through the gates.")
def through_the_gates():
    power = left("3 it explodes all the same")["lstm"]
    return "over 10 000" if power > 4 else "about 1" if power > -1 else "below 1"


@prediction("At t = 1, x = 1 and the start state is 0. z_u = −1. Is a mostly the old 0 or the new "
            "tanh(1)?", "the old 0", "the new tanh(1)",
            why="u = 0.27, so 73 % of the candidate came in, and a = 0.557. At t = 2 it is the "
            "other way round, u = 0.73, and a = 0.454.")
def the_old_or_the_new():
    u = 1 / (1 + np.exp(1))
    return "the old 0" if u > 0.5 else "the new tanh(1)"


@prediction("Are both variants the same for two units?", "the same", "not the same",
            why="With r = (1, 0), a = (0.5, 0.8) and a W_ag that swaps the two units, *after* "
            "gives (0.8, 0): unit 1 hears from both, unit 2 hears nothing. *Before* gives (0, "
            "0.5): nobody hears from unit 2.")
def where_r_acts():
    r, a, W_ag = np.array([1, 0]), np.array([0.5, 0.8]), np.eye(2)[::-1]
    return "the same" if np.allclose(r * (W_ag @ a), W_ag @ (r * a)) else "not the same"


@prediction("What should f and i be while the flag is 1, and while it is 0?",
            "f 1, i 0, then f 0, i 1", "f 0, i 1, then f 1, i 0",
            why="The flag opens i and empties c; without it f is 0.99995 and i nearly 0. From "
            "t = 1 to t = 51 c goes from ±1.000 to ±0.998.")
def gates_that_hold_a_bit():
    return "f 0, i 1, then f 1, i 0"


@prediction("Started at 0.9, does the unit still hold the sign after 50 steps? And does blame "
            "come back through the 50 steps?", "yes, and yes", "yes, and no", "no, and yes",
            "no, and no",
            why="a = 0.958, and da/da0 = 10⁻³⁹. At rest each step multiplies blame by w times "
            "slope, 2 · 0.08. It keeps the bit because it forgets how it got there. (Bengio, "
            "Simard and Frasconi proved it in 1994: where a state holds against noise, the "
            "gradient vanishes.)")
def a_single_tanh_unit():
    unit = Network(n_x=1, units=(1,), n_y=1, loss="squared", seed=0)
    unit.params["W_a[1]"] = [[2.0]]
    run = unit.forward(np.zeros((50, 1)), a0=[0.9])
    holds, back = run.a[1, 50].item() > 0.5, flow.jacobians(unit, run)[50, 0].item()
    return f"{'yes' if holds else 'no'}, and {'yes' if back > 0.01 else 'no'}"
