"""The predictions of 09: what a network learns from names."""
import numpy as np

from rnnlib import flow
from rnnlib.learning.training import mean_loss
from rnnlib.network import Network
from rnnlib.predictions.form import prediction
from rnnlib.sequences import names, tasks


def untrained(*units):
    """A network that spells names, and what it says of *christina*."""
    probe = names.characters("christina")
    net = Network(27, units, 27, cell="gru", init="orthogonal", seed=0)
    return net, net.forward(probe.x, probe.y)


@prediction("The bigram needs 2.36 nats on the validation names. Now 3, 4 and 5 signs. What "
            "happens?", "better each time", "better, then worse", "no difference",
            why="2.10, 1.97, 2.00 nats. There are 27⁵, more than 14 million, groups of five signs, "
            "and only some 30 000 places in the names to count them. So validation chooses the "
            "4-gram.")
def counts_of_more_signs():
    return "better, then worse"


@prediction("A network with random weights knows nothing. Where does its loss start?",
            "near 0", "near 3.3", "anywhere",
            why="That is log 27: almost the same probability for every sign, as small weights "
            "give. (With W_y ten times as large it starts anywhere from 3.2 to 3.8.)")
def loss_at_the_start():
    net, _ = untrained(64)
    near = abs(mean_loss(net, names.characters("christina")) - np.log(27)) < 0.05
    return "near 3.3" if near else "anywhere"


@prediction("And after how many of the 8 passes does it beat the trigram?",
            "within 2", "about 5", "never",
            why="After one pass it is still above the trigram's 2.10 nats.")
def passes_to_the_trigram():
    return "within 2"


@prediction("At the start no sign is much more surprising than another, and the sums of rows 2 to "
            "10 (at their right) grow with the number of uses, from about 0.05 to about 0.25. At "
            "the end?", "still so",
            "large where a sign still surprises, small where it was expected", "all small",
            why="Row 3, an *r* after *ch*, is large. Row 10 is the smallest: after "
            "*christina* the end is expected with 97 % or more, and a loss without surprise blames "
            "nobody.")
def rows_at_the_end():
    return "large where a sign still surprises, small where it was expected"


@prediction("Does the interval lie above 0?",
            "against trigram and 4-gram", "against the trigram only", "against neither",
            why="Against the 4-gram the interval holds 0: 516 names are too few to tell.")
def gain_on_the_counts():
    return "against the trigram only"


@prediction("With half as many names, how much wider is an interval?",
            "1.4 times", "twice", "four times",
            then="Then drag *places judged* from 516 to 258; *pin* keeps the ends where they were.",
            why="About √2: it shrinks as 1/√(names). So to tell a gain half as large takes four "
            "times as many names.")
def half_as_many_names():
    return f"{np.sqrt(2):.1f} times"


@prediction("How many times as probable are these to the network as to the bigram, in the "
            "geometric mean?", "about 1.5 times", "about 5 times", "about 20 times",
            why="Over the ten starts it is 18 to 21 times. A small gain per sign is much for a "
            "name.")
def names_and_the_bigram():
    return "about 20 times"


@prediction("And how many times as probable as to the 4-gram?",
            "about 1.5 times", "about 5 times", "about 20 times",
            why="It is 1.7 times, over the ten starts 1.5 to 1.8 (to the trigram 3.4 to 4.1). The "
            "gain on the best count is small for a name too.")
def names_and_the_best_count():
    return "about 1.5 times"


@prediction("τ = 0.3, and τ = 2: what do the names look like?",
            "0.3: all much alike, 2: letters at random",
            "0.3: letters at random, 2: all alike", "no difference",
            why="A low temperature makes the probable more probable: few names, often ones from "
            "the list. A high one lets anything pass.")
def cold_and_hot_names():
    return "0.3: all much alike, 2: letters at random"


@prediction("Is there a unit whose value tells whether a vowel was just read?",
            "no: it is spread over all", "yes, more or less", "yes, exactly",
            why="One goes with it, with the correlation 0.8 (0.7 to 0.8 over ten starts), as after "
            "a vowel other letters come. Another counts how many letters have been read, 0.9 (0.8 "
            "to 0.9). None follows the end of a name so well, 0.5. And none sees that a letter "
            "stands twice, 0.2.")
def unit_for_vowels():
    return "yes, more or less"


@prediction("The loss on these 500 names falls and falls. The loss on the validation names …",
            "falls too", "falls, then rises", "stays",
            why="What is learned by heart is a burden with new names. The books call it "
            "*overfitting*.")
def learned_by_heart():
    return "falls, then rises"


@prediction("At t = 1, which layer has more of this blame?", "layer 1", "layer 2", "the same",
            why="So it is before, during and after the training. Back to t = 1 of layer 2 leads "
            "one path of nine steps; to t = 1 of layer 1 lead ten, as the step down can be made at "
            "any time. While it learns both rows fade: a last sign that is expected blames nobody.")
def blame_in_two_layers():
    last = flow.gradient_norms(*untrained(32, 32))
    return "layer 1" if last[1, 1] > last[2, 1] else "layer 2"


@prediction("Ten networks, from ten seeds. How many are better than “as today” after 60 passes?",
            "two or three", "about half", "all",
            why="It is two. In the mean the ten are farther off than “as today”.")
def better_after_60_passes():
    return "two or three"


@prediction("And how many after 200 passes?", "two or three", "about half", "all",
            why="Better than the regression, for sure, is none of them.")
def better_after_200_passes():
    return "all"


@prediction("400 updates each; a quarter of the answers is right by chance. What share is right in "
            "the end?", "both near 1", "clipped near 1, the other near 1/4", "both near 1/4",
            why="Clipped it is 1.00; gradients as they are give 0.24 to 0.27, with the seeds 0 to "
            "9 of the network.")
def clipped_or_not():
    return "clipped near 1, the other near 1/4"


@prediction("At T = 50, who still learns it?",
            "all but the RNN without clipping", "LSTM and GRU", "none",
            why="Clipping takes the plain network from 10 to 30, gates to 50, and two of four "
            "LSTMs to 100.")
def who_learns_it_at_50():
    done = tasks.success()
    able = [model.removesuffix(", clipped") for model in done.models("temporal order")
            if done.right("temporal order", model, 50).mean() > 0.9]
    return " and ".join(able) or "none"
