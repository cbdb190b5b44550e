"""The simple recurrent layer: z = b + W_a a_prev + W_x x, a = g(z)."""
import numpy as np

from rnnlib.cells import dense, initial
from rnnlib.cells.anatomy import Anatomy, Part, Sum


class RNN:
    """One layer with activation g; see `rnnlib.cells` for what a cell offers."""

    states = ("a",)
    keeps = None

    def __init__(self, g):
        self.g, self.name, self.words = g, g.name, g.words
        self.anatomy = Anatomy((("a",),), (
            Part("a", (Sum("z", ("b", "W_a", "W_x")),), activation=g.name),))

    def shapes(self, n, n_x):
        """{name: shape} for n units over n_x inputs."""
        return {"W_x": (n, n_x), "W_a": (n, n), "b": (n, 1)}

    def initial(self, rng, n, n_x, recurrent):
        """First parameters; `recurrent(rng, n)` draws W_a, the bias is 0."""
        return {"W_x": initial.gaussian(rng, n, n_x), "W_a": recurrent(rng, n),
                "b": np.zeros((n, 1))}

    def forward(self, params, x, start):
        """z (T, n, m) and a (T + 1, n, m) for the input x (T, n_x, m) and start["a"]."""
        z = dense.at_every_time(params["W_x"], x)
        z += params["b"]
        a = np.empty((len(z) + 1, *z.shape[1:]))
        a[0] = start["a"]
        # three calls into numpy for each time, looked up once: in small layers nothing else costs
        times, add, value = params["W_a"].dot, np.add, self.g.value
        from_before, a_prev = np.empty(z.shape[1:]), a[0]
        for z_t, a_t in zip(z, a[1:]):
            times(a_prev, from_before)
            add(z_t, from_before, z_t)
            value(z_t, a_t)
            a_prev = a_t
        return {"z": z, "a": a}

    def slope(self, run):
        """g'(z) at every time, (T, n, m)."""
        return self.g.slope(run["a"][1:])

    def backward(self, params, run, above):
        """Totals a (T + 1, n, m), z (T, n, m); paths from_above (T, n, m), from_next (T + 1, n, m).

        `above` (T, n, m) is what came down to a at each time. The adjoints, from t = T back:
        da = from_above + from_next;  dz = g'(z) da;  from_next at t - 1 = W_a.T dz.
        """
        a = run["a"]
        dz = self.slope(run)
        da, from_next = np.empty((2, *a.shape))
        from_next[-1] = 0.0
        times, add, multiply = params["W_a"].T.dot, np.add, np.multiply
        next_t = from_next[-1]
        for above_t, da_t, dz_t, next_before in zip(
                above[::-1], da[::-1], dz[::-1], from_next[-2::-1]):
            add(above_t, next_t, da_t)
            multiply(da_t, dz_t, dz_t)
            times(dz_t, next_before)
            next_t = next_before
        da[0] = from_next[0]
        return {"a": da, "z": dz, "from_above": above, "from_next": from_next}

    def itemised(self, params, run, above):
        """z (P, n, m): dJ^{<s>}/dz^{<t>}, a row for each pair of times in the order of `pairs`.

        `above` holds what came down to a in the same order; the pairs it does not reach got
        nothing. All times t go one step back together, so the loop is over the distance s - t,
        and no loss time needs a pass of its own.
        """
        # rows are pairs and examples here, so that each step back is one product
        W_a, above = params["W_a"], dense.rows(above)
        slope = dense.rows(self.slope(run))
        m = run["a"].shape[2]
        T, n = len(slope) // m, len(W_a)
        dz = np.empty((T * (T + 1) // 2 * m, n))
        np.multiply(slope, above[:T * m], dz[:T * m])
        for before, here in dense.steps_back(T, m):
            da = np.dot(dz[before], W_a, dz[here])
            if here.start < len(above):
                np.add(da, above[here], da)
            np.multiply(da, slope[:len(da)], da)
        return {"z": dz.reshape(-1, m, n).swapaxes(1, 2)}

    def step_jacobian(self, params, run):
        """da^{<t>}/da^{<t-1>} = diag(g'(z)) W_a, for every time and example: (T, m, n, n)."""
        slope = self.g.slope_at(run["z"])
        return slope.swapaxes(1, 2)[..., None] * params["W_a"]

    def pull(self, params, run, d):
        """(dz, before): the derivatives d (T, n, m) at a, one step back at every time at once.

        dz = g'(z) d by name;  before = W_a.T dz (T, n, m) is at a^{<t-1>}.
        """
        dz = self.g.slope_at(run["z"]) * d
        return {"z": dz}, dense.at_every_time(params["W_a"].T, dz)

    def below(self, params, d):
        """dJ/dx = W_x.T dz for the derivatives d of `backward` or of `itemised`."""
        return dense.at_every_time(params["W_x"].T, d["z"])

    def uses(self, run, x):
        """[(derivative, {parameter: the input it multiplies there, None for a bias})]."""
        return [("z", {"W_x": x, "W_a": run["a"][:-1], "b": None})]
