"""The LSTM layer without peepholes: beside a it carries c, which gates write, keep and show.

    z_k = b_k + W_ak a_prev + W_xk x   for k = o, f, i, g
    o = logistic(z_o),  f = logistic(z_f),  i = logistic(z_i),  g = tanh(z_g)
    c = f c_prev + i g,  a = o tanh(c)

o, f and i are the output, forget and input gate, g the candidate; products are unit by unit.

Source: Hochreiter & Schmidhuber 1997; the forget gate: Gers, Schmidhuber & Cummins 2000. The
same function as PyTorch's nn.LSTM, whose two biases b_k adds up, and whose order is i, f, g, o.
"""
import numpy as np

from rnnlib.cells import dense, gates
from rnnlib.cells.anatomy import Anatomy, Factor, Kept, Link, Part, Product, gate, of
from rnnlib.cells.gates import LOGISTIC, TANH

# in this order the logistic gates stand together, o, f, i, and so do those that act on c, f, i, g
GATES = ("o", "f", "i", "g")

TANH_C = Factor("tanh({c})", lambda q: q("tanh_c"))
SLOPE = Factor("{o}*(1 − tanh²({c}))", lambda q: q("o") * (1.0 - q("tanh_c") ** 2))
ANATOMY = Anatomy((("f", "i", "g", "o"), ("c",), ("a",)), (
    gate("f", "forget gate"), gate("i", "input gate"),
    gate("g", "candidate", activation="tanh"), gate("o", "output gate"),
    Part("c", products=(Product(of("f"), of("c'"), "kept"), Product(of("i"), of("g"))),
         links=(Link("c'", of("f"), "kept"), Link("f", of("c'")), Link("i", of("g")),
                Link("g", of("i"))),
         words="c keeps f times its past and adds i times the candidate"),
    Part("a", products=(Product(of("o"), TANH_C),), links=(Link("c", SLOPE), Link("o", TANH_C)),
         words="a shows what o lets out of c")))


class LSTM:
    """One LSTM layer; see `rnnlib.cells` for what a cell offers."""

    name, words = "lstm", "LSTM"
    states = ("a", "c")
    anatomy = ANATOMY
    keeps = Kept("f", "c")

    def shapes(self, n, n_x):
        """{name: shape} for n units over n_x inputs."""
        return gates.shapes(GATES, n, n_x)

    def initial(self, rng, n, n_x, recurrent):
        """First parameters; `recurrent(rng, n)` draws each W_ak, the biases are 0."""
        return gates.first(self.shapes(n, n_x), rng, recurrent)

    def forward(self, params, x, start):
        """a and c (T + 1, n, m); tanh_c, the gates and each z_k (T, n, m)."""
        z = dense.at_every_time(gates.stacked(params, "W_x", GATES), x)
        z += gates.stacked(params, "b_", GATES)
        n = z.shape[1] // 4
        a, c = np.empty((2, len(z) + 1, n, z.shape[2]))
        a[0], c[0] = start["a"], start["c"]
        value, tanh_c = np.empty(z.shape), np.empty(a[1:].shape)
        run = gates.parts(value, GATES)
        times, add, multiply = gates.stacked(params, "W_a", GATES).dot, np.add, np.multiply
        from_before, written = np.empty(z.shape[1:]), np.empty(a.shape[1:])
        for a_prev, c_prev, z_t, z_ofi, z_g, ofi, o, f, i, g, c_t, tanh_c_t, a_t in zip(
                a, c, z, z[:, :3 * n], z[:, 3 * n:], value[:, :3 * n], *run.values(),
                c[1:], tanh_c, a[1:]):
            times(a_prev, from_before)
            add(z_t, from_before, z_t)
            LOGISTIC.value(z_ofi, ofi)
            TANH.value(z_g, g)
            multiply(i, g, written)
            multiply(f, c_prev, c_t)
            add(c_t, written, c_t)
            TANH.value(c_t, tanh_c_t)
            multiply(o, tanh_c_t, a_t)
        return {"a": a, "c": c, **run, "tanh_c": tanh_c, **gates.parts(z, GATES, "z_")}

    def _slopes(self, run, slopes_of=gates.slopes):
        """da/dc at one time, o (1 - tanh(c)^2) (T, n, m), and those by z of each gate (T, 4, n, m):

        da/dz_o = tanh(c) o (1 - o);  dc/dz_f = c_prev f (1 - f);  dc/dz_i = g i (1 - i);
        dc/dz_g = i (1 - g^2).
        """
        slope = slopes_of(run, (*GATES, "tanh_c"))
        found = np.empty((len(run["o"]), 4, *run["o"].shape[1:]))
        met = run["tanh_c"], run["c"][:-1], run["g"], run["i"]
        for j, (k, v) in enumerate(zip(GATES, met)):
            np.multiply(slope[k], v, found[:, j])
        return run["o"] * slope["tanh_c"], found

    def backward(self, params, run, above):
        """Totals of all quantities but tanh_c; paths from_above, from_next, c_from_a, c_from_next.

        `above` (T, n, m) is what came down to a at each time. The adjoints, from t = T back:
        da = from_above + from_next;   dc = c_from_a + c_from_next,  c_from_a = da o (1 - tanh(c)^2)
        do = da tanh(c);  df = dc c_prev;  di = dc g;  dg = dc i;   dz_k = dk times its slope
        from_next at t - 1 = sum of W_ak.T dz_k;   c_from_next at t - 1 = dc f.
        """
        through, dz = self._slopes(run)
        T, _, n, m = dz.shape
        da, from_next, dc, c_from_next = np.empty((4, T + 1, n, m))
        from_next[-1] = c_from_next[-1] = 0.0
        stack = dz.reshape(T, 4 * n, m)
        times, add, multiply = gates.stacked(params, "W_a", GATES).T.dot, np.add, np.multiply
        over_time = (above, from_next[1:], c_from_next[1:], da[1:], dc[1:], through, stack,
                     dz[:, 0], dz[:, 1:], run["f"], from_next[:-1], c_from_next[:-1])
        for (above_t, next_t, c_next, da_t, dc_t, c_from_a, dz_t, dz_o, dz_fig, f, before,
             c_before) in zip(*(v[::-1] for v in over_time)):
            add(above_t, next_t, da_t)
            multiply(da_t, c_from_a, c_from_a)
            add(c_from_a, c_next, dc_t)
            multiply(da_t, dz_o, dz_o)
            multiply(dc_t, dz_fig, dz_fig)
            times(dz_t, before)
            multiply(dc_t, f, c_before)
        da[0], dc[0] = from_next[0], c_from_next[0]
        return {"a": da, "c": dc, "o": da[1:] * run["tanh_c"], "f": dc[1:] * run["c"][:-1],
                "i": dc[1:] * run["g"], "g": dc[1:] * run["i"],
                **gates.parts(stack, GATES, "z_"), "from_above": above, "from_next": from_next,
                "c_from_a": through, "c_from_next": c_from_next}

    def itemised(self, params, run, above):
        """z_k (P, n, m) for each gate: dJ^{<s>}/dz_k^{<t>}, a row for each pair of times.

        All times go one step back together, as in the simple cell; dc goes with them.
        """
        W_a, above, f = gates.stacked(params, "W_a", GATES), dense.rows(above), dense.rows(run["f"])
        through, slopes = self._slopes(run)
        T, _, n, m = slopes.shape
        through = dense.rows(through)
        slopes = dense.rows(slopes.reshape(T, 4 * n, m)).reshape(-1, 4, n)
        dz = np.empty((T * (T + 1) // 2 * m, 4, n))
        da = above[:T * m]
        dc = da * through
        self._by_gates(slopes, da, dc, dz[:T * m])
        for before, here in dense.steps_back(T, m):
            da = np.dot(dz[before].reshape(-1, 4 * n), W_a)
            if here.start < len(above):
                da += above[here]
            dc = dc[m:] * f[m:m + len(da)]
            dc += da * through[:len(da)]
            self._by_gates(slopes[:len(da)], da, dc, dz[here])
        return gates.parts(dz.reshape(-1, m, 4 * n).swapaxes(1, 2), GATES, "z_")

    def _by_gates(self, slopes, da, dc, dz):
        """dz (k, 4, n): the slopes times da (k, n) for the gate o, times dc for the others."""
        np.multiply(slopes[:, 0], da, dz[:, 0])
        np.multiply(slopes[:, 1:], dc[:, None], dz[:, 1:])

    def step_jacobian(self, params, run):
        """d(a, c)^{<t>} by (a, c)^{<t-1>}, a above c, for every time and example: (T, m, 2n, 2n).

        dc/dc_prev = diag(f);   dc/da_prev = sum over f, i, g of diag(dc/dz_k) W_ak;
        and of a: da/dc times these, plus diag(da/dz_o) W_ao by a_prev.
        """
        through, slopes = self._slopes(run, gates.slopes_at)
        slopes = slopes.transpose(0, 3, 1, 2)[..., None]
        W_a = np.stack([params[f"W_a{k}"] for k in GATES])
        through, f = (v.swapaxes(1, 2)[..., None] for v in (through, run["f"]))
        T, m, _, n, _ = slopes.shape
        steps = np.empty((T, m, 2 * n, 2 * n))
        c = steps[:, :, n:]
        c[..., :n] = (slopes[:, :, 1:] * W_a[1:]).sum(axis=2)
        c[..., n:] = f * np.eye(n)
        steps[:, :, :n] = through * c
        steps[:, :, :n, :n] += slopes[:, :, 0] * W_a[0]
        return steps

    def pull(self, params, run, d):
        """(derivatives by each z_k, before): d (T, 2n, m) at a above c, one step back at once.

        before (T, 2n, m) is at a^{<t-1>} above c^{<t-1>}.
        """
        through, dz = self._slopes(run, gates.slopes_at)
        T, _, n, m = dz.shape
        da, dc = d[:, :n], d[:, n:] + through * d[:, :n]
        dz[:, 0] *= da
        dz[:, 1:] *= dc[:, None]
        stack = dz.reshape(T, 4 * n, m)
        before = np.empty(d.shape)
        before[:, :n] = dense.at_every_time(gates.stacked(params, "W_a", GATES).T, stack)
        np.multiply(dc, run["f"], before[:, n:])
        return gates.parts(stack, GATES, "z_"), before

    def below(self, params, d):
        """dJ/dx = sum of W_xk.T dz_k for the derivatives d of `backward` or of `itemised`."""
        return gates.below(params, d, GATES)

    def uses(self, run, x):
        """[(derivative, {parameter: the input it multiplies there, None for a bias})]."""
        a_prev = run["a"][:-1]
        return [(f"z_{k}", {f"W_x{k}": x, f"W_a{k}": a_prev, f"b_{k}": None}) for k in GATES]
