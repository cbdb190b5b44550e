"""A fourth cell, in one file, as somebody would add it: the minimal gated unit.

    z_f = b_f + W_af a_prev + W_xf x,  f = logistic(z_f),  p = f a_prev
    z_g = b_g + W_ag p + W_xg x,       g = tanh(z_g),      a = (1 - f) a_prev + f g

One gate does two things: it says what is forgotten and what of the past the candidate sees.
Source: Zhou, Wu, Zhang & Zhou 2016.
"""
import numpy as np

from rnnlib.cells import dense, gates
from rnnlib.cells.anatomy import Anatomy, Factor, Kept, Link, Part, Product, gate, of, rest

GATES = ("f", "g")


class MGU:
    """One layer of minimal gated units; see `rnnlib.cells` for what a cell offers."""

    name, words = "mgu", "MGU"
    states = ("a",)
    keeps = Kept("f", "a", sign=-1)
    anatomy = Anatomy((("f",), ("p",), ("g",), ("a",)), (
        gate("f", "forget gate"),
        Part("p", products=(Product(of("f"), of("a'")),),
             links=(Link("a'", of("f")), Link("f", of("a'"))), words="what f lets through"),
        gate("g", "candidate", activation="tanh", past="p"),
        Part("a", products=(Product(rest("f"), of("a'"), "kept"), Product(of("f"), of("g"))),
             links=(Link("a'", rest("f"), "kept"),
                    Link("f", Factor("({g}−{a'})", lambda q: q("g") - q("a'"))),
                    Link("g", of("f"))),
             words="a keeps 1 − f of its past and takes f of the candidate")))

    def shapes(self, n, n_x):
        """{name: shape} for n units over n_x inputs."""
        return gates.shapes(GATES, n, n_x)

    def initial(self, rng, n, n_x, recurrent):
        """First parameters; `recurrent(rng, n)` draws each W_ak, the biases are 0."""
        return gates.first(self.shapes(n, n_x), rng, recurrent)

    def forward(self, params, x, start):
        """a (T + 1, n, m); f, p, g and each z_k (T, n, m)."""
        z = {k: dense.at_every_time(params[f"W_x{k}"], x) + params[f"b_{k}"] for k in GATES}
        run = {name: np.empty(z["f"].shape) for name in ("f", "p", "g")}
        a = np.empty((len(x) + 1, *z["f"].shape[1:]))
        a[0] = start["a"]
        for t, a_prev in enumerate(a[:-1]):
            z["f"][t] += params["W_af"] @ a_prev
            gates.LOGISTIC.value(z["f"][t], run["f"][t])
            run["p"][t] = run["f"][t] * a_prev
            z["g"][t] += params["W_ag"] @ run["p"][t]
            gates.TANH.value(z["g"][t], run["g"][t])
            a[t + 1] = a_prev + run["f"][t] * (run["g"][t] - a_prev)
        return {"a": a, **run, "z_f": z["f"], "z_g": z["g"]}

    def _back(self, params, run, da, first=0):
        """(derivatives by name, derivative of a_prev) for da (k, n, m) at times from `first`."""
        here = slice(first, first + len(da))
        a_prev, f, g, z_f = (run[name][here] for name in ("a", "f", "g", "z_f"))
        slope = gates.slopes_at({name: run[name][here] for name in ("z_f", "z_g")}, GATES)
        dg = da * f
        dz_g = dg * slope["g"]
        dp = dense.at_every_time(params["W_ag"].T, dz_g)
        df = da * (g - a_prev) + dp * a_prev
        dz_f = df * slope["f"]
        before = da * gates.LOGISTIC(-z_f) + dp * f + dense.at_every_time(params["W_af"].T, dz_f)
        return {"f": df, "p": dp, "g": dg, "z_f": dz_f, "z_g": dz_g}, before

    def backward(self, params, run, above):
        """Totals of all quantities; paths from_above (T, n, m) and from_next (T + 1, n, m)."""
        da, from_next = np.zeros((2, *run["a"].shape))
        steps = []
        for t in range(len(above) - 1, -1, -1):
            da[t + 1] = above[t] + from_next[t + 1]
            d, before = self._back(params, run, da[t + 1:t + 2], t)
            steps.insert(0, d)
            from_next[t] = before[0]
        da[0] = from_next[0]
        return {"a": da, **{name: np.concatenate([d[name] for d in steps]) for name in steps[0]},
                "from_above": above, "from_next": from_next}

    def itemised(self, params, run, above):
        """z_k (P, n, m): dJ^{<s>}/dz_k^{<t>}, a row for each pair of times."""
        da, done, steps = above[:len(run["f"])], 0, []
        while len(da):
            done += len(da)
            d, before = self._back(params, run, da)
            steps.append(d)
            da = before[1:]
            if done < len(above):
                da = da + above[done:done + len(da)]
        return {z: np.concatenate([d[z] for d in steps]) for z in ("z_f", "z_g")}

    def step_jacobian(self, params, run):
        """da^{<t>}/da^{<t-1>} for every time and example: (T, m, n, n), row by row."""
        T, n, m = run["f"].shape
        rows = [self._back(params, run, np.broadcast_to(e[:, None], (T, n, m)))[1]
                for e in np.eye(n)]
        return np.stack(rows, axis=1).transpose(0, 3, 1, 2)

    def pull(self, params, run, d):
        """(derivatives by each z_k, before): d (T, n, m) at a, one step back at once."""
        found, before = self._back(params, run, d)
        return {z: found[z] for z in ("z_f", "z_g")}, before

    def below(self, params, d):
        """dJ/dx for the derivatives d of `backward` or of `itemised`."""
        return gates.below(params, d, GATES)

    def uses(self, run, x):
        """[(derivative, {parameter: the input it multiplies there, None for a bias})]."""
        return [("z_f", {"W_xf": x, "W_af": run["a"][:-1], "b_f": None}),
                ("z_g", {"W_xg": x, "W_ag": run["p"], "b_g": None})]

    def plainly(self, W, x, a):
        """One step once more, which shares nothing with the rest, for `rnnlib.gradcheck`."""
        z_f = W("b_f")[:, 0] + W("W_xf") @ x + W("W_af") @ a
        f, kept = 1 / (1 + np.exp(-z_f)), 1 / (1 + np.exp(z_f))
        g = np.tanh(W("b_g")[:, 0] + W("W_xg") @ x + W("W_ag") @ (f * a))
        return (kept * a + f * g,)
