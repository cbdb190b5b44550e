"""The exercises of 07: a step of an LSTM, a step of a GRU, blame along c."""
import numpy as np

from rnnlib.exercises.backward import backward_step
from rnnlib.exercises.form import NONE, exercise, pick, random_network


def _gated(rng, T, n, cell):
    """(net, fwd) of a random gated layer on a random sequence from a random start."""
    net = random_network(rng, 2, (n,), 1, cell)
    starts = {name: rng.normal(size=n) for name in (("a0", "c0") if cell == "lstm" else ("a0",))}
    return net, net.forward(rng.normal(size=(T, 2)), rng.normal(size=(T, 1)), **starts)


def _vectors(found):
    """Columns (n, 1) by name as vectors (n,)."""
    return {name: value[:, 0] for name, value in found.items()}


def _lstm(rng, n):
    """The first time of the engine's LSTM."""
    _, fwd = _gated(rng, 1, n, "lstm")
    given = {name: getattr(fwd, name)[1, 1] for name in ("z_f", "z_i", "z_g", "z_o")}
    return (_vectors(given | {"c_prev": fwd.c[1, 0]}) | _met(fwd, "f", "i", "g", "o"),
            (fwd.a[1, 1][:, 0], fwd.c[1, 1][:, 0]))


def _gru(rng, n):
    """The first time of the engine's GRU."""
    _, fwd = _gated(rng, 1, n, "gru")
    p = fwd.weights(1)
    given = {"z_r": fwd.z_r[1, 1], "z_u": fwd.z_u[1, 1], "z_x": p["b_g"] + p["W_xg"] @ fwd.x[1],
             "b_ag": p["b_ag"], "a_prev": fwd.a[1, 0]}
    return (_vectors(given) | {"W_ag": p["W_ag"]} | _met(fwd, "r", "u", "g"),
            fwd.a[1, 1][:, 0])


def _met(fwd, *names):
    """What a right step meets: gates and candidate of the first time."""
    return {"way": {name: getattr(fwd, name)[1, 1][:, 0] for name in names}}


def _blame(rng, T, n):
    """What arrives at the first c of the engine's LSTM, and what goes on from there."""
    net, fwd = _gated(rng, T, n, "lstm")
    bwd = net.backward(fwd)
    given = {"da_t": bwd.a[1, 1], "o_t": fwd.o[1, 1], "f_t": fwd.f[1, 1], "c_t": fwd.c[1, 1],
             "c_from_next": bwd.c_from_next[1, 1]}
    way = {"what comes through a": bwd.c_from_a[1, 1][:, 0]}
    return _vectors(given) | {"way": way}, (bwd.c[1, 1][:, 0], bwd.c_from_next[1, 0][:, 0])


def logistic(z):
    """1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def _gate(z, bugs):
    return pick(bugs, logistic(z), gate_without_logistic=z, gate_with_tanh=np.tanh(z),
                gate_turned=logistic(-z))


def _candidate(z, bugs):
    return pick(bugs, np.tanh(z), candidate_without_tanh=z, candidate_logistic=logistic(z))


@exercise("`(a, c)` of this time, both (n,)", {
    "forget_and_input_swapped": "The gates f and i have changed places: ask of each what it "
        "multiplies, the old content of c or the new one.",
    "tanh_missing_on_c": "a is o times c itself; what o lets through is the tanh of c.",
    "gate_without_logistic": "A gate is used before its logistic function: it must lie between 0 "
        "and 1, and z may be any number.",
    "output_gate_inside_tanh": "The gate o acts before the tanh here; the tanh comes first.",
    "c_prev_forgotten": "The old content of c is lost: c is made of the new part alone, so the "
        "cell remembers nothing.",
    "gate_with_tanh": "The gates come from tanh, which can be negative; a gate lets through "
        "between nothing and all, from 0 to 1.",
    "candidate_without_tanh": "The candidate g is taken as it is before its tanh.",
    "candidate_logistic": "The candidate g comes from the logistic function, so nothing negative "
        "could ever be written; only the gates are logistic.",
    "input_gate_forgotten": "The candidate enters c without its gate i.",
    "input_gate_from_f": "What is written is weighted with 1 - f, as if the gate i did not exist. "
        "That is a GRU's way; an LSTM has a gate of its own for it.",
    "forget_gate_forgotten": "The old content of c enters whole: the gate f does not come in.",
    "output_gate_forgotten": "a shows all of tanh(c): the gate o does not come in.",
    "squashed_c_kept": "The c that is handed on has gone through tanh. Only what is shown in a is "
        "squashed; c stays as it is, or every step would shrink it.",
    "squashed_twice": "The tanh acts on c when it is made and again when it is shown. It is "
        "squashed once, in a alone.",
    "results_swapped": "The two results have changed places: look at the order that is asked for.",
    "forget_gate_turned": "Where f belongs stands 1 - f: in spite of its name, the forget gate "
        "keeps where it is 1.",
    "input_and_output_swapped": "The gates i and o have changed places: i says how much of g is "
        "written into c, o how much of c is shown in a.",
    "a_from_c_before": "a is made from the c of the time before; it shows the new one.",
    "logistic_on_c": "What o lets through is the logistic function of c; it should be the tanh.",
    "gate_turned": "The gates open where z is negative: look at the sign in the logistic function, "
        "which grows with z.",
}, hints=(
    "What is c for, and what is a for? Which gate decides what c loses, what it gains, and what "
        "of it is shown?",
    "First three gates and one candidate from the four z. Then the new c: something kept and "
        "something written. Then a, from the new c.",
    "f, i and o are logistic, g is tanh. c: f times the old c, plus i times g. a: o times tanh of "
        "the new c. What is handed on is c itself.",
), make=_lstm, answer=("a", "c"))
def lstm_step(z_f, z_i, z_g, z_o, c_prev, bugs=NONE):
    """(a, c), both (n,), at time t."""
    f, i, o = (_gate(z, bugs) for z in (z_f, z_i, z_o))
    g = _candidate(z_g, bugs)
    f, i, o = pick(bugs, (f, i, o), forget_and_input_swapped=(i, f, o),
                   input_and_output_swapped=(f, o, i))
    kept = pick(bugs, f, forget_gate_forgotten=1.0, forget_gate_turned=1 - f,
                c_prev_forgotten=0.0) * c_prev
    c = kept + pick(bugs, i, input_gate_forgotten=1.0, input_gate_from_f=1 - f) * g
    c = pick(bugs, c, squashed_twice=np.tanh(c))
    shown = pick(bugs, np.tanh(c), tanh_missing_on_c=c, a_from_c_before=np.tanh(c_prev),
                 logistic_on_c=logistic(c))
    a = pick(bugs, o * shown, output_gate_inside_tanh=np.tanh(o * c), output_gate_forgotten=shown)
    c = pick(bugs, c, squashed_c_kept=np.tanh(c))
    return pick(bugs, (a, c), results_swapped=(c, a))


@exercise("the state `a` (n,) of this time", {
    "update_gate_turned": "The gate u has its meaning turned round: in this course's GRU, as in "
        "PyTorch's, u = 1 keeps the state before. (Chung et al. write it the other way.)",
    "reset_before_product": "The reset gate acts on the state before the matrix, as in Cho et al. "
        "2014. The variant asked for here, PyTorch's, resets after the product.",
    "reset_forgotten": "The reset gate does not come in: the candidate always sees the whole past.",
    "reset_on_inputs_too": "The reset gate acts on the inputs too; it is to close the way from the "
        "state before and nothing else.",
    "reset_misses_bias": "The reset gate misses `b_ag`: in this variant that bias stands inside, "
        "with the recurrent product.",
    "reset_and_update_swapped": "The gates r and u have changed places: one acts inside the "
        "candidate, the other mixes old and new.",
    "added_not_mixed": "The candidate is added whole. Old and new are mixed: what u takes from one "
        "it gives to the other.",
    **lstm_step.tell("gate_without_logistic", "gate_with_tanh", "candidate_without_tanh",
                     "candidate_logistic"),
    "W_ag_transposed": "`W_ag` is transposed. It is square, so every shape fits; going forward, "
        "row i holds what unit i takes from the state before.",
    "reset_turned": "Where r belongs stands 1 - r: r = 1 lets the candidate see the past.",
    "reset_outside_tanh": "The reset gate acts after the tanh, on all of the candidate; it stands "
        "inside, on what comes from the state before.",
    "b_ag_forgotten": "`b_ag` never comes in.",
    "z_x_forgotten": "`z_x` never comes in: the candidate does not hear the input.",
    "kept_part_forgotten": "Only the candidate's share is there; what u keeps of the state before "
        "is missing.",
    **lstm_step.tell("gate_turned"),
}, hints=(
    "Which gate decides how much of the state stays, and which how much of it the candidate sees?",
    "Both gates first. Then the candidate g, where r acts on one part of the sum alone. Then a "
        "mixture of old state and g whose two shares add up to 1.",
    "g is tanh of `z_x` plus r times what the past gives, and that is W_ag a_prev with its bias "
        "`b_ag`. The share of `a_prev` is u, that of g is what is left.",
), make=_gru, answer="a")
def gru_step(z_r, z_u, z_x, W_ag, b_ag, a_prev, bugs=NONE):
    """a (n,) at time t; z_x (n,) is what the input gives to the candidate."""
    r, u = _gate(z_r, bugs), _gate(z_u, bugs)
    if "reset_and_update_swapped" in bugs:
        r, u = u, r
    W_ag = pick(bugs, W_ag, W_ag_transposed=W_ag.T)
    r = pick(bugs, r, reset_turned=1 - r)
    b_ag = pick(bugs, b_ag, b_ag_forgotten=0 * b_ag)
    z_x = pick(bugs, z_x, z_x_forgotten=0 * z_x)
    z_ag = W_ag @ a_prev + b_ag
    z = pick(bugs, z_x + r * z_ag, reset_outside_tanh=z_x + z_ag,
             reset_before_product=z_x + W_ag @ (r * a_prev) + b_ag,
             reset_forgotten=z_x + z_ag, reset_on_inputs_too=r * (z_x + z_ag),
             reset_misses_bias=z_x + r * (W_ag @ a_prev) + b_ag)
    g = _candidate(z, bugs) * pick(bugs, 1.0, reset_outside_tanh=r)
    u, new = pick(bugs, (u, 1 - u), update_gate_turned=(1 - u, u), added_not_mixed=(u, 1.0),
                  kept_part_forgotten=(0 * u, 1 - u))
    return u * a_prev + new * g


@exercise("`(dc, dc_prev)`, both (n,): the whole dJ/dc of this time, and what goes on from it "
          "to the c before", {
    "c_from_a_forgotten": "One way is missing: c feeds its own a too, at the same time, and blame "
        "comes back through that.",
    "slope_of_tanh_missing": "On the way from a to c the slope of the tanh is missing.",
    "f_missing": "On the way to the time before, f is missing: what was forgotten gets no blame.",
    "c_from_next_forgotten": "One way is missing: what comes back from the next c does not arrive.",
    "slope_of_c_itself": "The slope takes c for a value of tanh; it is what tanh is applied to.",
    "slope_of_tanh_of_c": "The slope is evaluated at tanh(c): there c goes through the tanh twice.",
    "output_gate_missing": "On the way from a to c the gate o is missing: it holds blame back.",
    "f_on_one_way_only": "Only what came from the next time is multiplied by f. What came through "
        "a goes back along the same line, so f acts on the sum.",
    "f_twice": "The gate f acts already on what comes from the next time, and then again. What "
        "arrives from there has met the f of the next time already.",
    **lstm_step.tell("results_swapped"),
    "tanh_for_slope": "The tanh of c stands where its slope belongs.",
    "slope_of_o": "The slope of the gate o has come in. On the way from a to c the gate is a "
        "factor; its slope belongs to the way to z_o.",
    "slope_of_f": "The slope of the gate f has come in. On the way to the c before the gate is a "
        "factor; its slope belongs to the way to z_f.",
    "next_joins_at_a": "What comes from the next c is added at a and so meets o and the tanh; it "
        "arrives at c, behind both.",
    "slope_on_both_ways": "What comes from the next c meets the slope of the tanh; that tanh lies "
        "between c and a.",
    **lstm_step.tell("forget_gate_turned"),
    **backward_step.tell("paths_subtracted", "paths_multiplied"),
}, hints=(
    "Where does c at time t lead to? Follow both arrows that leave it: what is it multiplied by "
        "on each?",
    "The whole dJ/dc is what comes through a, plus what comes from the next c. From there one "
        "factor more leads to the c before.",
    "Through a = o tanh(c) comes `da_t` times `o_t` times the slope of tanh at `c_t`. What goes "
        "back to the old c is the whole dJ/dc times `f_t`, without a slope.",
), make=_blame, answer=("dc", "dc_prev"))
def c_back(da_t, o_t, f_t, c_t, c_from_next, bugs=NONE):
    """(dc, c_from_next of the time before), both (n,): what arrives at c, and what goes back."""
    slope = pick(bugs, 1 - np.tanh(c_t) ** 2, slope_of_tanh_missing=1.0,
                 slope_of_c_itself=1 - c_t**2, tanh_for_slope=np.tanh(c_t),
                 slope_of_tanh_of_c=1 - np.tanh(np.tanh(c_t)) ** 2)
    o = pick(bugs, o_t, output_gate_missing=1.0, slope_of_o=o_t * (1 - o_t))
    c_from_a = pick(bugs, da_t, c_from_a_forgotten=0 * da_t) * o * slope
    arrives = pick(bugs, c_from_next, f_twice=f_t * c_from_next,
                   c_from_next_forgotten=0 * c_from_next, slope_on_both_ways=slope * c_from_next,
                   next_joins_at_a=o * slope * c_from_next)
    dc = pick(bugs, c_from_a + arrives, paths_subtracted=c_from_a - arrives,
              paths_multiplied=c_from_a * arrives)
    f = pick(bugs, f_t, f_missing=1.0, forget_gate_turned=1 - f_t, slope_of_f=f_t * (1 - f_t))
    dc_prev = pick(bugs, f * dc, f_on_one_way_only=f_t * c_from_next + c_from_a)
    return pick(bugs, (dc, dc_prev), results_swapped=(dc_prev, dc))
