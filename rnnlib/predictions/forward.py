"""The predictions of 02: what a network knows at time t."""
import numpy as np

from rnnlib import sequences
from rnnlib.network import Network
from rnnlib.predictions.form import prediction

X, Y = [[1], [0], [-1]], [[0], [1], [0]]
WORDS = ["the", "dog", "saw", "the", "cat"]


def echo(x=X, y=Y, **options):
    """The run of two units that should say what came one time before."""
    net = Network(n_x=1, units=(2,), n_y=1, cell="tanh", loss="squared")
    net.params.update({"W_x[1]": [[1], [0]], "W_a[1]": [[0.5, -1], [1, 0.5]],
                       "b[1]": [[0], [0.2]], "W_y": [[0, 1]], "b_y": [[-0.1]]})
    return net.forward(x, y, **options)


def changed(before, after):
    """The names among a, ŷ and J that differ at some time."""
    records = {"a": lambda run, t: run.a[1, t], "ŷ": lambda run, t: run.y_hat[t],
               "J": lambda run, t: run.J[t]}
    return [name for name, at in records.items()
            if any((at(before, t) != at(after, t)).any() for t in (1, 2, 3))]


def sign(number):
    return "negative" if number < 0 else "positive"


@prediction("At t = 2 the input is 0. So what is z⟨2⟩?",
            "b, since nothing comes in", "b + W_a a⟨1⟩", "0",
            why="Nothing comes from x⟨2⟩, but the state of the time before comes in, too.")
def z_without_input():
    run = echo()
    b, W_a = (np.array(values) for values in ([[0], [0.2]], [[0.5, -1], [1, 0.5]]))
    return "b + W_a a⟨1⟩" if np.allclose(run.z[1, 2], b + W_a @ run.a[1, 1]) else "0"


@prediction("Now let x⟨1⟩ be −1 in place of 1. Which units change at t = 2?",
            "none, x⟨2⟩ is the same", "unit 1", "unit 2", "both",
            then="Point at the two units of a[1] at t = 2: where do the lines come from that end "
            "there?",
            why="Unit 2 takes nothing from x and still depends on x: the way goes over unit 1, one "
            "time earlier.")
def another_first_input():
    unlike = echo().a[1, 2] != echo([[-1], [0], [-1]]).a[1, 2]
    return "both" if unlike.all() else "none, x⟨2⟩ is the same"


@prediction("Fill in t = 3 on paper, with x⟨3⟩ = −1. Which sign has a of unit 1? Of unit 2?",
            "positive, positive", "positive, negative", "negative, positive", "negative, negative",
            why="z of unit 1 = 0.5 · 0.181 − 1 · 0.786 + 1 · (−1) = −1.695, a = −0.935. z of unit "
            "2 = 0.2 + 1 · 0.181 + 0.5 · 0.786 = 0.774, a = 0.649.")
def signs_at_three():
    return ", ".join(map(sign, echo().a[1, 3][:, 0]))


@prediction("z of unit 2 at t = 3 has three parts. Which is the largest?",
            "b", "what it hears from unit 1", "what it keeps of itself",
            why="Unit 2 ended t = 2 with 0.786, and half of that, 0.393, is in its next z.")
def largest_part():
    heard, kept = np.array([1, 0.5]) * echo().a[1, 2][:, 0]
    parts = {"b": 0.2, "what it hears from unit 1": heard, "what it keeps of itself": kept}
    return max(parts, key=parts.get)


@prediction("Go on to “t = 3, unit 1: the past and the input meet in z”, but before you press the "
            "last → say: which of the two is larger in size there, what comes from the past or "
            "what comes from the input?", "what comes from the past", "what comes from the input",
            "both are equal",
            then="Now press →.",
            why="−1, against 0.5 · 0.181 − 1 · 0.786 = −0.695 from the past. Both pull the same "
            "way.")
def past_or_input():
    past = np.array([0.5, -1]) @ echo().a[1, 2]
    larger = "past" if abs(past.item()) > abs(X[2][0]) else "input"
    return f"what comes from the {larger}"


@prediction("Which term is zero at t = 1 and at no later time?", "b", "W_a a⟨t−1⟩", "W_x x⟨t⟩",
            then="Press Home and step again.",
            why="The start state is zero. (W_x x⟨t⟩ of unit 2 is zero at every time.)")
def term_that_is_zero_once():
    past = [echo().a[1, t - 1].any() for t in (1, 2, 3)]
    return "W_a a⟨t−1⟩" if past == [False, True, True] else "W_x x⟨t⟩"


@prediction("Take the slip at its word, with 0 for the x⟨0⟩ that nobody has. At which time does "
            "the first input, 1, now come out as an echo?", "t = 1", "t = 2", "t = 3",
            why="One time too late, and x⟨3⟩ is not read at all.")
def echo_of_the_slip():
    said = [echo([[0], *X[:2]]).y_hat[t].item() for t in (1, 2, 3)]
    return f"t = {1 + int(np.argmax(said))}"


@prediction("Can ŷ⟨3⟩ still be computed?", "no", "nearly", "exactly",
            why="What the network knows of the past is in the numbers of a⟨t⟩, here two of them, "
            "and nowhere else. That is the answer to the question on top.")
def from_the_state_alone():
    whole = echo()
    rest = echo(X[2:], Y[2:], a0=whole.a[1, 2])
    return "exactly" if np.isclose(rest.y_hat[1], whole.y_hat[3]) else "no"


@prediction("With a⟨0⟩ = (0, 1), what is z of unit 1 at t = 1? It was 1.", off=0.05,
            why="The start state adds its column of W_a, (−1, 0.5). All three predictions move, "
            "for the same x.")
def another_start():
    return echo(a0=[0, 1]).z[1, 1][0].item()


@prediction("The same x, with three other targets: which of these change?",
            "a, ŷ and J", "ŷ and J", "J only",
            why="The state carries what came *in*. In the stepper above y comes in where a J is "
            "made, and from there no line leads on.")
def other_targets():
    return {("J",): "J only", ("ŷ", "J"): "ŷ and J"}.get(
        tuple(changed(echo(), echo(y=[[5], [-7], [9]]))), "a, ŷ and J")


@prediction("Cut the run in two: t = 1, and t = 2, 3 started from a⟨1⟩. Do the two losses add up "
            "to the whole? And would two *means* average to the whole mean?",
            "sums and means", "sums, not means", "means, not sums", "neither",
            why="Sums add up, however a sequence is cut: 0.0047 + 0.2003 = 0.2050. Means do not, "
            "(0.0047 / 1 + 0.2003 / 2) / 2 = 0.0524 against 0.0683: the lone t = 1 counts as much "
            "as t = 2 and 3 together.")
def cut_in_two():
    whole = echo()
    head, tail = echo(X[:1], Y[:1]), echo(X[1:], Y[1:], a0=whole.a[1, 1])
    sums = np.isclose(head.loss + tail.loss, whole.loss)
    means = np.isclose((head.loss + tail.loss / 2) / 2, whole.loss / 3)
    return {(True, True): "sums and means", (True, False): "sums, not means",
            (False, True): "means, not sums"}.get((bool(sums), bool(means)), "neither")


@prediction("With a loss at t = 3 only, which of these change: a, ŷ, J?",
            "all three", "ŷ and J", "only J",
            why="Where no loss is asked for, a network runs as before.")
def loss_at_the_end():
    changes = changed(echo(), echo(mask=[False, False, True]))
    return {("J",): "only J", ("ŷ", "J"): "ŷ and J"}.get(tuple(changes), "all three")


@prediction("W_x is (3, 4), x a one-hot column with its 1 in row 3 (Python's row 2). What is W_x "
            "x?",
            "row 3 of W_x", "column 3 of W_x", "the sum of all columns",
            why="The word picks its column.")
def one_hot_product():
    W_x = np.arange(12).reshape(3, 4)
    return "column 3 of W_x" if (W_x @ np.eye(4)[2] == W_x[:, 2]).all() else "row 3 of W_x"


def reader():
    """The run that foretells words, and its product W_x x at the first and the second “the”."""
    x, vocabulary = sequences.one_hot(WORDS)
    net = Network(n_x=4, units=(3,), n_y=4, loss="softmax", seed=0)
    run = net.forward(x[:4], [vocabulary.index(word) for word in WORDS[1:]])
    return run, [net.params["W_x[1]"] @ run.a[0, t] for t in (1, 4)]


@prediction("“the” is said at t = 1 and at t = 4. Is W_x x⟨t⟩ the same at both? Is a⟨t⟩?",
            "both the same", "W_x x only", "neither",
            then="Then step to the end and compare the two places; the picture scrolls sideways.",
            why="a is (0.063, −0.262, −0.338) at t = 1 and (−0.577, −0.571, 0.109) at t = 4.")
def the_same_word_twice():
    run, (first, second) = reader()
    if (first != second).any():
        return "neither"
    return "both the same" if np.allclose(run.a[1, 1], run.a[1, 4]) else "W_x x only"


@prediction("With W_a = 0, how do the predictions at t = 1 and t = 4 differ? And how small can "
            "J⟨1⟩ + J⟨4⟩ become, with the best W_x and W_y?", "0", "log 2", "2 log 2",
            why="The predictions do not differ. One has to share its probability between “dog” and "
            "“cat”; half and half is best, and costs log 2 twice. While W_a is 0, no training gets "
            "below that.")
def without_a_memory():
    p = np.linspace(0.01, 0.99, 99)
    best = np.min(-np.log(p) - np.log(1 - p))
    return {0: "0", 1: "log 2", 2: "2 log 2"}[round(best / np.log(2))]


@prediction("Someone says: tomorrow will be as warm as today. How far off is that, as a root mean "
            "square? And someone who always says the mean of the month?", "1 °C", "3 °C", "6 °C",
            why="The mean of the month is farther off: both numbers come below, where the "
            "network's forecasts are judged.")
def as_warm_as_today():
    days = sequences.seattle_weather()
    late = days.temp_max[np.flatnonzero(days.years >= 2015)]
    return f"{sequences.rms_error(late[:-1], late[1:]):.0f} °C"


@prediction("Which of the four is the best, and which the worst?",
            "as today, and the untrained net", "as today, and the mean of 2012-2014",
            "the mean of the month, and the untrained net",
            why="As today 2.93 °C, mean of the month 4.11 °C, mean of 2012 to 2014 7.37 °C, "
            "untrained net 7.49 °C.")
def four_forecasts():
    return "as today, and the untrained net"


@prediction("How does the line “as today” run, against the dots? And the net's: does it follow the "
            "days at all?",
            "on them", "one day to the left", "one day to the right",
            why="It is the series itself: late at every turn, and far off only there. The net's "
            "does not follow them: nothing has taught it to.")
def line_of_today():
    return "one day to the right"
