"""The exercises about gated cells: right answers in other styles, students' slips."""
import numpy as np
import pytest

import rnnlib as rl


def sig(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


def lstm(c="f * c_prev + i * g", a="o * np.tanh(c)", gate=sig, candidate=np.tanh):
    """A student's step of an LSTM in which one expression can be another."""
    def lstm_step(z_f, z_i, z_g, z_o, c_prev):
        names = {"f": gate(z_f), "i": gate(z_i), "g": candidate(z_g), "o": gate(z_o),
                 "c_prev": c_prev, "np": np}
        names["c"] = eval(c, names)
        return eval(a, names), names["c"]
    return lstm_step


def lstm_unit_by_unit(z_f, z_i, z_g, z_o, c_prev):
    a, c = np.zeros((2, len(c_prev)))
    for k, before in enumerate(c_prev):
        c[k] = sig(z_f[k]) * before + sig(z_i[k]) * np.tanh(z_g[k])
        a[k] = np.tanh(c[k]) * sig(z_o[k])
    return a, c


def gru(inside="z_x + r * (W_ag @ a_prev + b_ag)", a="u * a_prev + (1 - u) * g", gate=sig):
    """A student's step of a GRU in which one expression can be another."""
    def gru_step(z_r, z_u, z_x, W_ag, b_ag, a_prev):
        names = {"r": gate(z_r), "u": gate(z_u), "z_x": z_x, "W_ag": W_ag, "b_ag": b_ag,
                 "a_prev": a_prev}
        names["g"] = np.tanh(eval(inside, names))
        return eval(a, names)
    return gru_step


def back(dc="c_from_next + da_t * o_t / np.cosh(c_t)**2", dc_prev="f_t * dc"):
    """A student's blame along c in which one expression can be another."""
    def c_back(da_t, o_t, f_t, c_t, c_from_next):
        names = {"da_t": da_t, "o_t": o_t, "f_t": f_t, "c_t": c_t, "c_from_next": c_from_next,
                 "np": np}
        names["dc"] = eval(dc, names)
        return names["dc"], eval(dc_prev, names)
    return c_back


@pytest.mark.parametrize(("name", "function"), [
    ("lstm_step", lstm()), ("lstm_step", lstm_unit_by_unit),
    ("gru_step", gru()), ("gru_step", gru(a="g + u * (a_prev - g)")),
    ("c_back", back()),
])
def test_right_ways(name, function):
    for seed in range(3):
        feedback = rl.check(name, function, seed=seed)
        assert feedback.ok, feedback


@pytest.mark.parametrize(("name", "function", "bug"), [
    ("lstm_step", lstm(c="i * c_prev + f * g"), "forget_and_input_swapped"),
    ("lstm_step", lstm(a="o * c"), "tanh_missing_on_c"),
    ("lstm_step", lstm(gate=lambda z: z), "gate_without_logistic"),
    ("lstm_step", lstm(gate=np.tanh), "gate_with_tanh"),
    ("lstm_step", lstm(a="np.tanh(o * c)"), "output_gate_inside_tanh"),
    ("lstm_step", lstm(c="i * g"), "c_prev_forgotten"),
    ("lstm_step", lstm(c="f * c_prev + (1 - f) * g"), "input_gate_from_f"),
    ("lstm_step", lstm(candidate=sig), "candidate_logistic"),
    ("lstm_step", lambda *given: lstm()(*given)[::-1], "results_swapped"),
    ("lstm_step", lstm(c="(1 - f) * c_prev + i * g"), "forget_gate_turned"),
    ("lstm_step", lstm(c="f * c_prev + o * g", a="i * np.tanh(c)"), "input_and_output_swapped"),
    ("lstm_step", lstm(a="o * np.tanh(c_prev)"), "a_from_c_before"),
    ("lstm_step", lstm(a="o / (1 + np.exp(-c))"), "logistic_on_c"),
    ("lstm_step", lstm(c="np.tanh(f * c_prev + i * g)"), "squashed_twice"),
    ("lstm_step", lstm(gate=lambda z: 1 / (1 + np.exp(z))), "gate_turned"),
    ("gru_step", gru("z_x + (1 - r) * (W_ag @ a_prev + b_ag)"), "reset_turned"),
    ("gru_step", gru(a="u * a_prev + (1 - u) * r * g", inside="z_x + W_ag @ a_prev + b_ag"),
     "reset_outside_tanh"),
    ("gru_step", gru("z_x + r * (W_ag @ a_prev)"), "b_ag_forgotten"),
    ("gru_step", gru("r * (W_ag @ a_prev + b_ag)"), "z_x_forgotten"),
    ("gru_step", gru(a="(1 - u) * g"), "kept_part_forgotten"),
    ("c_back", lambda *given: back()(*given)[::-1], "results_swapped"),
    ("c_back", back(dc="c_from_next + da_t * o_t * np.tanh(c_t)"), "tanh_for_slope"),
    ("c_back", back(dc="c_from_next + da_t * o_t * (1 - o_t) / np.cosh(c_t)**2"), "slope_of_o"),
    ("c_back", back(dc_prev="f_t * (1 - f_t) * dc"), "slope_of_f"),
    ("c_back", back(dc="(c_from_next + da_t) * o_t / np.cosh(c_t)**2"), "next_joins_at_a"),
    ("c_back", back(dc="(c_from_next + da_t * o_t) / np.cosh(c_t)**2"), "slope_on_both_ways"),
    ("c_back", back(dc_prev="(1 - f_t) * dc"), "forget_gate_turned"),
    ("c_back", back(dc="da_t * o_t / np.cosh(c_t)**2 - c_from_next"), "paths_subtracted"),
    ("c_back", back(dc="da_t * o_t / np.cosh(c_t)**2 * c_from_next"), "paths_multiplied"),
    ("gru_step", gru(a="(1 - u) * a_prev + u * g"), "update_gate_turned"),
    ("gru_step", gru("z_x + W_ag @ (r * a_prev) + b_ag"), "reset_before_product"),
    ("gru_step", gru("r * (z_x + W_ag @ a_prev + b_ag)"), "reset_on_inputs_too"),
    ("gru_step", gru("z_x + r * (W_ag @ a_prev) + b_ag"), "reset_misses_bias"),
    ("gru_step", gru("z_x + r * (a_prev @ W_ag + b_ag)"), "W_ag_transposed"),
    ("gru_step", gru(a="u * a_prev + g"), "added_not_mixed"),
    ("c_back", back(dc="c_from_next"), "c_from_a_forgotten"),
    ("c_back", back(dc="c_from_next + da_t * o_t"), "slope_of_tanh_missing"),
    ("c_back", back(dc="c_from_next + da_t * o_t * (1 - c_t**2)"), "slope_of_c_itself"),
    ("c_back", back(dc="c_from_next + da_t * o_t / np.cosh(np.tanh(c_t))**2"),
     "slope_of_tanh_of_c"),
    ("c_back", back(dc_prev="dc"), "f_missing"),
    ("c_back", back(dc="da_t * o_t * (1 - np.tanh(c_t)**2)"), "c_from_next_forgotten"),
])
def test_slips_are_called_by_their_names(name, function, bug):
    feedback = rl.check(name, function)
    assert feedback.bugs == (bug,), feedback


def test_chains_of_the_steps_give_the_run_of_the_library():
    rng = np.random.default_rng(1)
    net = rl.Network(2, (3,), 1, "lstm", "squared", seed=rng)
    x = rng.normal(size=(5, 2))
    fwd, c = net.forward(x), np.zeros(3)
    for t in range(1, 6):
        z = [getattr(fwd, name)[1, t][:, 0] for name in ("z_f", "z_i", "z_g", "z_o")]
        a, c = lstm()(*z, c)
        np.testing.assert_allclose(a, fwd.a[1, t][:, 0], rtol=1e-12)
        np.testing.assert_allclose(c, fwd.c[1, t][:, 0], rtol=1e-12)
