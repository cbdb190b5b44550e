"""LSTM and GRU in a network: their equations and adjoints at every address, and what gates do."""
import numpy as np
import pytest
from engine_cases import GATED, GATED_CELLS, Case

import rnnlib as rl

g_of = {name: rl.activations.ACTIVATIONS[name] for name in ("logistic", "tanh")}
CLOSE = {"rtol": 1e-11, "atol": 1e-14}


def addresses(cell):
    """(case, l, t) of every layer and time, by name of the cell."""
    return [(case, l, t) for case in GATED if case.cell == cell
            for l in range(1, len(case.units) + 1) for t in range(1, case.T + 1)]


class At:
    """A run at layer l and time t: parameters W("W_xf"), values of fwd or bwd by name."""

    runs = {}

    def __init__(self, case, l, t):
        net, fwd, bwd = self.runs.setdefault(case, case.run())
        self.W = lambda name: net.params[f"{name}[{l}]"]
        self.v = lambda name, at=t: getattr(fwd, name)[l, at]
        self.d = lambda name, at=t: getattr(bwd, name)[l, at]
        self.before, self.t, self.T = t - 1, t, case.T
        self.x, self.alive = fwd.a[l - 1, t], t <= fwd.lengths

    def z(self, k):
        """b_k + W_ak a_prev + W_xk x."""
        return (self.W(f"b_{k}") + self.W(f"W_a{k}") @ self.v("a", self.before)
                + self.W(f"W_x{k}") @ self.x)

    def is_close(self, found, expected):
        np.testing.assert_allclose(found, expected * self.alive, **CLOSE)

    def check_gates(self, gates):
        """Values and derivatives of gates by their pre-activations."""
        for k in gates:
            g = g_of["tanh" if k == "g" else "logistic"]
            self.is_close(self.v(k), g(self.v(f"z_{k}")))
            self.is_close(self.d(f"z_{k}"), self.d(k) * g.slope(self.v(k)))


@pytest.mark.parametrize(("case", "l", "t"), addresses("lstm"), ids=str)
def test_the_equations_of_the_lstm(case, l, t):
    at = At(case, l, t)
    at.check_gates("ofig")
    for k in "ofig":
        at.is_close(at.v(f"z_{k}"), at.z(k))
    at.is_close(at.v("c"), at.v("f") * at.v("c", at.before) + at.v("i") * at.v("g"))
    at.is_close(at.v("tanh_c"), np.tanh(at.v("c")))
    at.is_close(at.v("a"), at.v("o") * at.v("tanh_c"))


@pytest.mark.parametrize(("case", "l", "t"), addresses("lstm"), ids=str)
def test_the_adjoints_of_the_lstm(case, l, t):
    at = At(case, l, t)
    at.is_close(at.d("o"), at.d("a") * at.v("tanh_c"))
    at.is_close(at.d("f"), at.d("c") * at.v("c", at.before))
    at.is_close(at.d("i"), at.d("c") * at.v("g"))
    at.is_close(at.d("g"), at.d("c") * at.v("i"))
    np.testing.assert_array_equal(at.d("c"), at.d("c_from_a") + at.d("c_from_next"))
    at.is_close(at.d("c_from_a"), at.d("a") * at.v("o") * (1 - at.v("tanh_c") ** 2))
    at.is_close(at.d("c_from_next", at.before), at.d("c") * at.v("f"))
    at.is_close(at.d("from_next", at.before),
                sum(at.W(f"W_a{k}").T @ at.d(f"z_{k}") for k in "ofig"))
    if t == at.T:
        assert not at.d("c_from_next").any()
    if t == 1:
        np.testing.assert_array_equal(at.d("c", 0), at.d("c_from_next", 0))


@pytest.mark.parametrize(("case", "l", "t"), addresses("gru"), ids=str)
def test_the_equations_of_the_gru(case, l, t):
    at = At(case, l, t)
    at.check_gates("rug")
    for k in "ru":
        at.is_close(at.v(f"z_{k}"), at.z(k))
    at.is_close(at.v("z_ag"), at.W("b_ag") + at.W("W_ag") @ at.v("a", at.before))
    at.is_close(at.v("z_g"), at.W("b_g") + at.W("W_xg") @ at.x + at.v("r") * at.v("z_ag"))
    at.is_close(at.v("a"), at.v("u") * at.v("a", at.before) + (1 - at.v("u")) * at.v("g"))


@pytest.mark.parametrize(("case", "l", "t"), addresses("gru"), ids=str)
def test_the_adjoints_of_the_gru(case, l, t):
    at = At(case, l, t)
    at.is_close(at.d("u"), at.d("a") * (at.v("a", at.before) - at.v("g")))
    at.is_close(at.d("g"), at.d("a") * (1 - at.v("u")))
    at.is_close(at.d("r"), at.d("z_g") * at.v("z_ag"))
    at.is_close(at.d("z_ag"), at.d("z_g") * at.v("r"))
    through = (("W_ag", "z_ag"), ("W_ar", "z_r"), ("W_au", "z_u"))
    at.is_close(at.d("from_next", at.before), at.d("a") * at.v("u")
                + sum(at.W(W).T @ at.d(z) for W, z in through))


@pytest.mark.parametrize("case", GATED, ids=str)
def test_every_term_is_the_derivative_times_what_the_weight_multiplied(case):
    net, fwd, bwd = case.run()
    for l in range(1, net.L + 1):
        for k in "ofig" if case.cell == "lstm" else "rug":
            recurrent = "z_ag" if (case.cell, k) == ("gru", "g") else f"z_{k}"
            for t in range(1, fwd.T + 1):
                dz, from_before = getattr(bwd, f"z_{k}")[l, t], getattr(bwd, recurrent)[l, t]
                expected = {f"W_x{k}": dz @ fwd.a[l - 1, t].T, f"b_{k}": dz.sum(1, keepdims=True),
                            f"W_a{k}": from_before @ fwd.a[l, t - 1].T}
                for name, term in expected.items():
                    np.testing.assert_allclose(bwd.terms(f"{name}[{l}]")[t - 1], term, **CLOSE)


QUANTITIES = {
    "lstm": ("a c o f i g tanh_c z_o z_f z_i z_g",
             "a c o f i g z_o z_f z_i z_g from_above from_next c_from_a c_from_next"),
    "gru": ("a r u g z_ag z_r z_u z_g", "a r u g z_ag z_r z_u z_g from_above from_next"),
}


@pytest.mark.parametrize("cell", GATED_CELLS)
def test_a_run_has_the_quantities_of_its_equations_and_no_others(cell):
    _, fwd, bwd = Case(cell).run()
    for rec, names in zip((fwd, bwd), QUANTITIES[cell]):
        assert list(rec.run(1)) == names.split()
        with pytest.raises(AttributeError, match="has no 'z'; its quantities are a, "):
            rec.z  # noqa: B018
    with pytest.raises(AttributeError, match="Forward has no 'slope'; its quantities are a, "):
        fwd.slope  # noqa: B018
    for array in (fwd.o if cell == "lstm" else fwd.u, bwd.z_g, fwd.g):
        with pytest.raises(ValueError, match="read-only"):
            array[1, 1][...] = 0.0


NAMES = {
    "lstm": "W_xo W_ao b_o W_xf W_af b_f W_xi W_ai b_i W_xg W_ag b_g",
    "gru": "W_xr W_ar b_r W_xu W_au b_u W_xg W_ag b_g b_ag",
}


@pytest.mark.parametrize("cell", GATED_CELLS)
def test_parameters_stand_gate_by_gate(cell):
    net = rl.Network(n_x=3, units=(4, 2), n_y=5, cell=cell)
    of_layers = [f"{name}[{l}]" for l in (1, 2) for name in NAMES[cell].split()]
    assert list(net.params) == [*of_layers, "W_y", "b_y"]
    for name, W in net.params.items():
        n, n_in = (4, 3) if "[1]" in name else (2, 4) if "[2]" in name else (5, 2)
        expected = 1 if name.startswith("b") else n if name.startswith("W_a") else n_in
        assert W.shape == (n, expected)


@pytest.mark.parametrize(("given", "value"), [({}, 1.0), ({"forget_bias": -2}, -2.0),
                                              ({"forget_bias": 10.0}, 10.0)])
@pytest.mark.parametrize(("cell", "keeping"), [("lstm", "b_f"), ("gru", "b_u")])
def test_the_bias_of_the_gate_that_keeps_starts_as_asked(cell, keeping, given, value):
    net = rl.Network(3, (4, 2), 2, cell=cell, **given)
    for name, W in net.params.items():
        if name.startswith("b"):
            np.testing.assert_array_equal(W, value if name.startswith(keeping) else 0.0)


@pytest.mark.parametrize("init", ["orthogonal", "identity", "radius"])
@pytest.mark.parametrize("cell", GATED_CELLS)
def test_every_gates_recurrent_matrix_starts_as_asked(cell, init):
    net = rl.Network(2, (20, 10), 2, cell=cell, init=init, scale=0.7)
    for name, W in net.params.items():
        if name.startswith("W_a"):
            radius = np.abs(np.linalg.eigvals(W)).max()
            np.testing.assert_allclose(radius, 0.7)


@pytest.mark.parametrize("cell", GATED_CELLS)
def test_a_shut_gate_lets_nothing_in_and_the_state_and_its_derivative_stay(cell):
    """Forget gate open, input gate shut (GRU: u = 1): the sum's own path, unchanged over time."""
    T, n = 40, 3
    net = rl.Network(2, n, 1, cell=cell, loss="squared", forget_bias=50.0)
    if cell == "lstm":
        net.params["b_i[1]"] -= 50.0
    rng, end = np.random.default_rng(0), np.arange(T) == T - 1
    x, start = rng.normal(size=(T, 2)), rng.normal(size=(n, 1))
    state = {"lstm": "c", "gru": "a"}[cell]
    fwd = net.forward(x, np.ones((T, 1)), mask=end, **{f"{state}0": [start]})
    bwd = net.backward(fwd)
    np.testing.assert_allclose(getattr(fwd, state)[1, T], start, rtol=1e-12)
    at = {t: getattr(bwd, state)[1, t] for t in (0, T)}
    assert np.abs(at[T]).max() > 1e-3
    if cell == "gru":
        np.testing.assert_allclose(at[0], at[T], rtol=1e-12)
    else:
        # through the gates' own weights, a sends a little to c as well
        np.testing.assert_allclose(bwd.c_from_next[1, T - 1], at[T], rtol=1e-12)
        for t in range(1, T):
            np.testing.assert_allclose(bwd.c_from_next[1, t - 1], bwd.c[1, t], rtol=1e-12)


@pytest.mark.parametrize("bias", [-2.0, 10.0])
@pytest.mark.parametrize("cell", GATED_CELLS)
def test_gradients_are_right_with_gates_wide_open(cell, bias):
    case = Case(cell, units=(3,), T=6, m=1, mask=False)
    net = rl.Network(3, 3, 2, cell=cell, forget_bias=bias)
    x, y, a0, *_ = case.data()
    report = rl.gradcheck.check(net, x, y, a0, c0=case.c0())
    assert report.ok, report


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cell", GATED_CELLS)
def test_what_saturates_or_overflows_gives_no_warning(cell):
    case = Case(cell, m=1, loss="squared")
    net = case.net()
    for size in (1e3, 1e300):
        for name, W in net.params.items():
            net.params[name] = np.sign(W) * size
        x, y, *_ = case.data()
        with np.errstate(all="raise"):
            bwd = net.backward(net.forward(x, y))
            rl.flow.itemised(net, bwd.forward, "W_ag[1]")
        finite = np.isfinite(bwd.forward.a.over_time(1)).all()
        assert finite, "gates and tanh are bounded, so a is"
