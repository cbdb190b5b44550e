"""The GRU layer: an update gate u mixes the state before with a candidate g.

    z_k  = b_k + W_ak a_prev + W_xk x   for k = r, u
    z_ag = b_ag + W_ag a_prev,   z_g = b_g + W_xg x + r z_ag
    r = logistic(z_r),  u = logistic(z_u),  g = tanh(z_g),   a = u a_prev + (1 - u) g

r is the reset gate; products are unit by unit. This is the variant that resets after the
recurrent product: exactly PyTorch's nn.GRU (there r, z, n; b_ag is its b_hn, and each other b
the sum of its two). In Cho et al. 2014 the reset comes before the product,
z_g = b_g + W_xg x + W_ag (r a_prev), and there are no biases. u = 1 keeps the state in both; in
Chung et al. 2014 u = 0 does.

Source: Cho et al. 2014; Chung et al. 2014.
"""
import numpy as np

from rnnlib.cells import dense, gates
from rnnlib.cells.anatomy import (
    Anatomy,
    Factor,
    Kept,
    Link,
    Part,
    Product,
    Sum,
    gate,
    of,
    rest,
)
from rnnlib.cells.gates import LOGISTIC, TANH

# in this order what a_prev reaches stands together, ag, r, u, and what x reaches, r, u, g
PARTS = ("ag", "r", "u", "g")

CANDIDATE = Part("g", (Sum("z_ag", ("b_ag", "W_ag")),
                       Sum("z_g", ("b_g", "W_xg", Product(of("r"), of("z_ag"))))),
                 links=(Link("r", of("z_ag")),), activation="tanh", title="candidate",
                 words="candidate, r times its past")
ANATOMY = Anatomy((("r", "u"), ("g",), ("a",)), (
    gate("r", "reset gate"), gate("u", "update gate"), CANDIDATE,
    Part("a", products=(Product(of("u"), of("a'"), "kept"), Product(rest("u"), of("g"))),
         links=(Link("a'", of("u"), "kept"),
                Link("u", Factor("({a'}−{g})", lambda q: q("a'") - q("g"))),
                Link("g", rest("u"))),
         words="a keeps u times its past and takes 1 − u of the candidate")))


class GRU:
    """One GRU layer; see `rnnlib.cells` for what a cell offers."""

    name, words = "gru", "GRU"
    states = ("a",)
    anatomy = ANATOMY
    keeps = Kept("u", "a")

    def shapes(self, n, n_x):
        """{name: shape} for n units over n_x inputs."""
        return {**gates.shapes(("r", "u", "g"), n, n_x), "b_ag": (n, 1)}

    def initial(self, rng, n, n_x, recurrent):
        """First parameters; `recurrent(rng, n)` draws each W_ak, the biases are 0."""
        return gates.first(self.shapes(n, n_x), rng, recurrent)

    def forward(self, params, x, start):
        """a (T + 1, n, m); the gates, z_ag and each z_k (T, n, m)."""
        z = self._from_below(params, x)
        n = z.shape[1] // 4
        a, value = np.empty((len(z) + 1, n, z.shape[2])), np.empty((len(z), 3 * n, z.shape[2]))
        a[0] = start["a"]
        run, z_parts = gates.parts(value, PARTS[1:]), gates.parts(z, PARTS, "z_")
        times, add, multiply = self._recurrent(params).dot, np.add, np.multiply
        from_before = np.empty(value.shape[1:])
        for a_prev, z_agru, z_ru, z_ag, z_g, ru, r, u, g, a_t in zip(
                a, z[:, :3 * n], z[:, n:3 * n], z_parts["z_ag"], z_parts["z_g"],
                value[:, :2 * n], *run.values(), a[1:]):
            times(a_prev, from_before)
            add(z_agru, from_before, z_agru)
            LOGISTIC.value(z_ru, ru)
            multiply(r, z_ag, a_t)
            add(z_g, a_t, z_g)
            TANH.value(z_g, g)
            # u a_prev + (1 - u) g, with one product less
            np.subtract(a_prev, g, a_t)
            multiply(u, a_t, a_t)
            add(a_t, g, a_t)
        return {"a": a, **run, **z_parts}

    def _from_below(self, params, x):
        """What there is of all z before a_prev is known: b_ag, and b_k + W_xk x, (T, 4n, m)."""
        z_x = dense.at_every_time(gates.stacked(params, "W_x", PARTS[1:]), x)
        n = len(params["b_ag"])
        z = np.empty((len(z_x), 4 * n, z_x.shape[2]))
        z[:, :n], z[:, n:] = 0.0, z_x
        z += gates.stacked(params, "b_", PARTS)
        return z

    def _recurrent(self, params):
        """W_ag, W_ar and W_au in one array, (3n, n)."""
        return gates.stacked(params, "W_a", ("g", "r", "u"))

    def _slopes(self, run, slopes_of=gates.slopes):
        """What one unit of da is at each z at the same time, (T, 4, n, m):

        u: (a_prev - g) u (1 - u);  g: (1 - u) (1 - g^2);  r: z_ag r (1 - r) times that of g;
        ag: r times that of g.
        """
        r, u, g = run["r"], run["u"], run["g"]
        slope, found = slopes_of(run, "rug"), np.empty((len(u), 4, *u.shape[1:]))
        by_ag, by_r, by_u, by_g = found.swapaxes(0, 1)
        # 1 - u, with all its digits where u is nearly 1
        written = LOGISTIC.value(-run["z_u"])
        np.multiply(run["a"][:-1] - g, slope["u"], by_u)
        np.multiply(written, slope["g"], by_g)
        np.multiply(run["z_ag"] * by_g, slope["r"], by_r)
        np.multiply(r, by_g, by_ag)
        return found

    def backward(self, params, run, above):
        """Totals of all quantities; paths from_above (T, n, m) and from_next (T + 1, n, m).

        `above` (T, n, m) is what came down to a at each time. The adjoints, from t = T back:
        da = from_above + from_next;   du = da (a_prev - g);  dg = da (1 - u)
        dz_g = dg (1 - g^2);  dr = dz_g z_ag;  dz_ag = dz_g r;  dz_r, dz_u as for any logistic gate
        from_next at t - 1 = da u + W_ag.T dz_ag + W_ar.T dz_r + W_au.T dz_u.
        """
        u, g, dz = run["u"], run["g"], self._slopes(run)
        T, _, n, m = dz.shape
        da, from_next = np.empty((2, T + 1, n, m))
        from_next[-1] = 0.0
        stack, kept = dz.reshape(T, 4 * n, m), np.empty((n, m))
        times, add, multiply = self._recurrent(params).T.dot, np.add, np.multiply
        over_time = above, from_next[1:], da[1:], dz, stack[:, :3 * n], u, from_next[:-1]
        for above_t, next_t, da_t, dz_t, dz_agru, u_t, before in zip(
                *(v[::-1] for v in over_time)):
            add(above_t, next_t, da_t)
            multiply(dz_t, da_t, dz_t)
            times(dz_agru, before)
            multiply(da_t, u_t, kept)
            add(before, kept, before)
        da[0] = from_next[0]
        return {"a": da, "r": dz[:, 3] * run["z_ag"], "u": da[1:] * (run["a"][:-1] - g),
                "g": da[1:] * (1.0 - u), **gates.parts(stack, PARTS, "z_"),
                "from_above": above, "from_next": from_next}

    def itemised(self, params, run, above):
        """z_ag and z_k (P, n, m): dJ^{<s>}/dz^{<t>}, a row for each pair of times.

        All times go one step back together, as in the simple cell.
        """
        W_a, above, u = self._recurrent(params), dense.rows(above), dense.rows(run["u"])
        slopes = self._slopes(run)
        T, _, n, m = slopes.shape
        slopes = dense.rows(slopes.reshape(T, 4 * n, m)).reshape(-1, 4, n)
        dz = np.empty((T * (T + 1) // 2 * m, 4, n))
        da = above[:T * m]
        np.multiply(slopes, da[:, None], dz[:T * m])
        for before, here in dense.steps_back(T, m):
            kept = da[m:] * u[m:m + len(da) - m]
            da = np.dot(dz[before, :3].reshape(-1, 3 * n), W_a)
            da += kept
            if here.start < len(above):
                da += above[here]
            np.multiply(slopes[:len(da)], da[:, None], dz[here])
        return gates.parts(dz.reshape(-1, m, 4 * n).swapaxes(1, 2), PARTS, "z_")

    def step_jacobian(self, params, run):
        """da^{<t>}/da^{<t-1>} for every time and example: (T, m, n, n).

        diag(u) + diag(da/dz_ag) W_ag + diag(da/dz_r) W_ar + diag(da/dz_u) W_au
        """
        slopes = self._slopes(run, gates.slopes_at)[:, :3].transpose(0, 3, 1, 2)[..., None]
        n = slopes.shape[3]
        W_a = self._recurrent(params).reshape(3, n, n)
        return run["u"].swapaxes(1, 2)[..., None] * np.eye(n) + (slopes * W_a).sum(axis=2)

    def pull(self, params, run, d):
        """(derivatives by each z, before): d (T, n, m) at a, one step back at every time at once.

        before (T, n, m) is at a^{<t-1>}.
        """
        dz = self._slopes(run, gates.slopes_at)
        T, _, n, m = dz.shape
        dz *= d[:, None]
        stack = dz.reshape(T, 4 * n, m)
        before = dense.at_every_time(self._recurrent(params).T, stack[:, :3 * n])
        before += d * run["u"]
        return gates.parts(stack, PARTS, "z_"), before

    def below(self, params, d):
        """dJ/dx = sum of W_xk.T dz_k for the derivatives d of `backward` or of `itemised`."""
        return gates.below(params, d, PARTS[1:])

    def uses(self, run, x):
        """[(derivative, {parameter: the input it multiplies there, None for a bias})]."""
        a_prev = run["a"][:-1]
        by_gate = [(f"z_{k}", {f"W_x{k}": x, f"W_a{k}": a_prev, f"b_{k}": None}) for k in "ru"]
        return [*by_gate, ("z_g", {"W_xg": x, "b_g": None}),
                ("z_ag", {"W_ag": a_prev, "b_ag": None})]
