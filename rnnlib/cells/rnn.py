"""The simple recurrent layer: z = b + W_a a_prev + W_x x, a = g(z)."""
import numpy as np

from rnnlib.cells import dense, initial


class RNN:
    """One layer with activation g; see `rnnlib.cells` for what a cell offers."""

    states = ("a",)

    def __init__(self, g):
        self.g = g

    def shapes(self, n, n_x):
        """{name: shape} for n units over n_x inputs."""
        return {"W_x": (n, n_x), "W_a": (n, n), "b": (n, 1)}

    def initial(self, rng, n, n_x, recurrent):
        """First parameters; `recurrent(rng, n)` draws W_a, the bias is 0."""
        return {"W_x": initial.gaussian(rng, n, n_x), "W_a": recurrent(rng, n),
                "b": np.zeros((n, 1))}

    def forward(self, params, x, start):
        """z (T, n, m) and a (T + 1, n, m) for the input x (T, n_x, m) and start["a"]."""
        W_a, value = params["W_a"], self.g.value
        z = dense.at_every_time(params["W_x"], x)
        z += params["b"]
        a = np.empty((len(z) + 1, *z.shape[1:]))
        a[0] = start["a"]
        from_before = np.empty(z.shape[1:])
        # three calls into numpy for each time: for small layers the calls are the whole cost
        for a_prev, z_t, a_t in zip(a, z, a[1:]):
            np.dot(W_a, a_prev, from_before)
            np.add(z_t, from_before, z_t)
            value(z_t, a_t)
        return {"z": z, "a": a}

    def backward(self, params, run, above):
        """Totals a (T + 1, n, m), z (T, n, m); paths from_above (T, n, m), from_next (T + 1, n, m).

        `above` (T, n, m) is what came down to a at each time. The adjoints, from t = T back:
        da = from_above + from_next;  dz = g'(z) da;  from_next at t - 1 = W_a.T dz.
        """
        W_a_T, a = params["W_a"].T, run["a"]
        dz = self.g.slope(a[1:])
        da, from_next = np.empty(a.shape), np.empty(a.shape)
        from_next[-1] = 0.0
        backwards = zip(above[::-1], from_next[::-1], da[::-1], dz[::-1], from_next[-2::-1])
        for above_t, next_t, da_t, dz_t, next_before in backwards:
            np.add(above_t, next_t, da_t)
            np.multiply(da_t, dz_t, dz_t)
            np.dot(W_a_T, dz_t, next_before)
        da[0] = from_next[0]
        return {"a": da, "z": dz, "from_above": above, "from_next": from_next}

    def itemised(self, params, run, above):
        """z (K, T, n, m): row [k, t] is dJ^{<t + k>}/dz^{<t>}, the loss being k times later.

        `above` (K, T, n, m) holds what came down to a in the same order. All times go one step
        back together, so the loop is over the distance k, and no loss time needs its own pass.
        """
        slope = self.g.slope(run["a"][1:])
        T = len(slope)
        dz = np.zeros((T, *slope.shape))
        np.multiply(slope, above[0], dz[0])
        for k in range(1, T):
            da = dense.at_every_time(params["W_a"].T, dz[k - 1, 1:T - k + 1])
            if k < len(above):
                da += above[k, :T - k]
            np.multiply(slope[:T - k], da, dz[k, :T - k])
        return {"z": dz}

    def below(self, params, d):
        """dJ/dx = W_x.T dz for the derivatives d of `backward` or of `itemised`."""
        return dense.at_every_time(params["W_x"].T, d["z"])

    def uses(self, run, x):
        """[(derivative, {parameter: the input it multiplies there, None for a bias})]."""
        return [("z", {"W_x": x, "W_a": run["a"][:-1], "b": None})]
