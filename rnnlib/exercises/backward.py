"""The exercises of 03: one step back, the gradient of every weight, who is to blame for whom."""
import numpy as np

from rnnlib.exercises.form import NONE, by_letter, exercise, pick
from rnnlib.exercises.forward import ran

WEIGHTS = ("W_y", "b_y", "W_x", "W_a", "b")


def _first_time(rng, T, n):
    """What comes together at t = 1: from above and, if there is a time 2, from there."""
    net, fwd, run = ran(rng, T, 1, n, 2)
    bwd = net.backward(fwd)
    dz_next = bwd.z[1, 2][:, 0] if T > 1 else np.zeros(n)
    given = {"from_above": bwd.from_above[1, 1][:, 0], "dz_next": dz_next}
    way = {"what comes from the next time": bwd.from_next[1, 1][:, 0]}
    return {**run, **given, "way": way}, bwd.a[1, 1][:, 0]


def _gradients(rng, T, n_x, n, n_y):
    """The engine's gradients."""
    net, fwd, run = ran(rng, T, n_x, n, n_y)
    bwd = net.backward(fwd)
    way = {f"dJ/dz^{{<{t}>}}": bwd.z[1, t][:, 0] for t in sorted({1, T})}
    return run | {"way": way}, by_letter(bwd.params)


def _norms(rng, T, n, n_y):
    """The engine's gradients of one loss at a time, by time of use."""
    net, fwd, run = ran(rng, T, 2, n, n_y)
    each = [net.backward(net.forward(run["x"], run["y"], a0=run["a0"], mask=only))
            for only in np.eye(T, dtype=bool)]
    norms = np.sqrt(np.square([bwd.terms("W_a[1]") for bwd in each]).sum(axis=(2, 3)))
    return run | {"way": {"dJ^{<1>}/dz^{<1>}": each[0].z[1, 1][:, 0]}}, norms


@exercise("`da` (n,), the whole dJ/da at this time", {
    "no_path_through_next": "The path through the next time is missing: a^{<t>} also makes "
        "a^{<t+1>}, and blame comes back along that arrow too.",
    "no_path_from_above": "The path from above is missing: a^{<t>} also makes y_hat^{<t>}, whose "
        "error sends blame straight down.",
    "W_a_not_transposed": "`W_a` lacks its transpose on the way back. It is square, so every shape "
        "fits and only the numbers tell: backwards, unit i collects from all units it feeds, and "
        "those stand in a column.",
    "paths_subtracted": "The two paths are subtracted; blame that comes along two paths adds up.",
    "paths_multiplied": "The two paths are multiplied; factors multiply along one path, but two "
        "paths add up.",
    "paths_averaged": "This is the mean of the two paths; what comes along two paths adds up.",
}, hints=(
    "If a^{<t>} were a little larger, along which arrows would the loss notice? How do effects "
        "along two arrows come together?",
    "`from_above` is one part, ready to use. For the other: a^{<t>} enters z^{<t+1>} through "
        "`W_a`, so send `dz_next` back through the same matrix, the other way round.",
    "Unit j collects from every unit i that it feeds: the sum over i of W_a[i, j] times "
        "dz_next[i]. That runs down a column of `W_a`: it is the transpose that multiplies.",
), make=_first_time, answer="da")
def backward_step(W_a, dz_next, from_above, bugs=NONE):
    """dJ/da (n,) at a time that has a next one."""
    from_next = pick(bugs, W_a.T, W_a_not_transposed=W_a) @ dz_next
    return pick(bugs, from_above + from_next, no_path_through_next=from_above,
                no_path_from_above=from_next, paths_subtracted=from_above - from_next,
                paths_multiplied=from_above * from_next,
                paths_averaged=(from_above + from_next) / 2)


@exercise("a dict with the gradients under the keys `W_x`, `W_a`, `b`, `W_y`, `b_y`", {
    **backward_step.tell("no_path_through_next", "no_path_from_above"),
    "above_only_at_last_time": "Blame comes from above at t = T only and then runs back through "
        "time; but every y_hat^{<t>} sends some down to its own a^{<t>}.",
    "path_one_step_long": "The path through the next time stops after one step: what a^{<t+1>} "
        "hands back has to hold all that had come to it, from its own next time as well.",
    **backward_step.tell("W_a_not_transposed"),
    "W_y_not_transposed": "`W_y` lacks its transpose on the way down; it fits only where n_y = n. "
        "Backwards, hidden unit i collects from all outputs it feeds.",
    "slope_missing": "The slope g'(z) is missing between a^{<t>} and z^{<t>}: blame goes through "
        "the tanh unchanged.",
    "slope_one_step_early": "The slope at time t is taken from a^{<t-1>}. `a` has the start state "
        "in row 0: which row is time t?",
    "slope_one_step_late": "The slope at time t is taken from a^{<t+1>}. `a` has the start state "
        "in row 0: which row is time t?",
    "slope_of_a": "The slope is evaluated at a: `a` has been through the tanh already, and here it "
        "goes through once more. g'(z) can be written with a^{<t>} alone.",
    "slope_not_squared": "In the slope of tanh the a^{<t>} is not squared: at a = -1, a saturated "
        "unit, your slope is 2 instead of 0.",
    "logistic_slope": "This is the slope of the logistic function; the layer uses tanh, whose "
        "slope is 1 at a = 0.",
    "slope_missing_on_path": "The weights get their slope, but the path through time does not: "
        "what is handed back to t-1 has to have passed the tanh of time t, so hand on dJ/dz and "
        "not dJ/da.",
    "slope_missing_in_weights": "The path through time passes the tanh, but the weights' gradients "
        "are made from dJ/da: the weights sit before the tanh, so they want dJ/dz.",
    "slope_on_path_too_early": "On the path from t+1 back to t the slope is taken at t; the tanh "
        "that lies on this path is the one of time t+1.",
    "a_now_for_a_before": "In dJ/dW_a the state is a^{<t>}; what `W_a` multiplies at time t is the "
        "state before.",
    "a_before_for_W_y": "In dJ/dW_y the state is a^{<t-1>}; what `W_y` multiplies at time t is "
        "a^{<t>}. (`a` has the start state in row 0.)",
    "outer_turned": "dJ/dW_a is transposed. It is square, so the shape does not tell: row i "
        "belongs to the unit that receives, as in `W_a` itself.",
    "start_not_counted": "The use of `W_a` at t = 1 does not count: what it multiplies there is "
        "a^{<0>}, which is not zero here.",
    "start_wrapped": "At t = 1 the state before, in dJ/dW_a, is the last one of all: an index of "
        "-1 counts from the end. In which row of `a` is a^{<0>}?",
    "only_last_loss": "Only the loss at t = T is counted; J is the sum over all times, and each "
        "J^{<t>} sends its blame.",
    "counted_again": "Uses of a weight count more than once. dJ/da^{<t>} holds all that a^{<t>} "
        "does later; what it is multiplied by is the immediate derivative, with the state before "
        "held fixed.",
    "overwritten": "The gradient holds one time alone, t = 1, where the loop ends: each pass "
        "overwrites what the passes before have found, and it should be a sum.",
    "only_term_at_last_time": "The gradient holds the use at t = T alone; the weights are used at "
        "every time, and their terms add up.",
    "mean_not_sum": "This is the mean over time. J is a sum, and so is its gradient.",
    "factor_two": "The derivative of the loss has a factor 2 too many: our loss is half the "
        "squared distance, and the half cancels the 2.",
    "sign_wrong": "All signs are turned: the loss rises when y_hat rises above y, so its slope has "
        "the sign of y_hat minus y.",
    "forwards_in_time": "The loop runs forwards in time, so blame is handed from t-1 to t; it has "
        "to start at t = T and come back.",
    "first_time_left_out": "The loop stops before t = 1: the weights are used there too (an end of "
        "a `range` is not reached).",
    "last_time_left_out": "The loop starts below t = T: the last time has a loss too.",
}, hints=(
    "What has to be known before dJ/da^{<t>} is complete? In which order must the times be "
        "visited, then?",
    "From t = T back: the output's error; what comes from above and from the next time; the slope "
        "of tanh. Then add each weight's share of this time to its sum.",
    "dJ/dz^{<t>} is 1 - (a^{<t>})^{2} times the whole dJ/da^{<t>}. Hand dJ/dz to t - 1, not "
        "dJ/da. The share of `W_a` is its outer product with a^{<t-1>}.",
), make=_gradients, answer=WEIGHTS, keyed=True)
def backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y, bugs=NONE):
    """The gradient of J for each weight: a dict with the keys W_x, W_a, b, W_y, b_y."""
    terms = {name: [] for name in WEIGHTS}
    dz_next = da_next = above_next = counted = np.zeros(len(b))
    for t in _times_backwards(len(x), bugs):
        dz_y = _error(y_hat, y, t, bugs)
        above = _from_above(W_y, dz_y, t, len(x), bugs)
        g = _slope(a, t, bugs)
        carried = pick(bugs, dz_next, no_path_through_next=0 * dz_next,
                       slope_missing_on_path=da_next, slope_on_path_too_early=da_next * g,
                       path_one_step_long=above_next)
        da = above + pick(bugs, W_a.T, W_a_not_transposed=W_a) @ carried
        dz = da * g
        counted = pick(bugs, dz, counted_again=(da + W_a.T @ counted) * g)
        for_weights = pick(bugs, counted, slope_missing_in_weights=da)
        for name, term in _immediate(a, x, t, for_weights, dz_y, bugs).items():
            terms[name].append(term)
        dz_next, da_next, above_next = dz, da, above * g
    zeros = dict(zip(WEIGHTS, map(np.zeros_like, (W_y, b_y, W_x, W_a, b)), strict=True))
    return {name: _over_time(terms[name], len(x), zeros[name], bugs) for name in WEIGHTS}


def _times_backwards(T, bugs):
    """The times in the order of the visit."""
    return pick(bugs, range(T, 0, -1), forwards_in_time=range(1, T + 1),
                first_time_left_out=range(T, 1, -1), last_time_left_out=range(T - 1, 0, -1))


def _error(y_hat, y, t, bugs):
    """dJ/dz_y (n_y,) at time t."""
    e = y_hat[t - 1] - y[t - 1]
    return pick(bugs, e, sign_wrong=-e, factor_two=2 * e,
                only_last_loss=e if t == len(y) else 0 * e)


def _from_above(W_y, dz_y, t, T, bugs):
    """The part of dJ/da (n,) that comes through the output of the same time."""
    above = pick(bugs, W_y.T, W_y_not_transposed=W_y) @ dz_y
    return pick(bugs, above, no_path_from_above=0 * above,
                above_only_at_last_time=above if t == T else 0 * above)


def _slope(a, t, bugs):
    """g'(z) (n,) of tanh at time t, from a (T+1, n)."""
    return pick(bugs, 1 - a[t] ** 2, slope_missing=np.ones_like(a[t]),
                slope_one_step_early=1 - a[t - 1] ** 2,
                slope_one_step_late=1 - a[min(t + 1, len(a) - 1)] ** 2,
                slope_of_a=1 - np.tanh(a[t]) ** 2, slope_not_squared=1 - a[t],
                logistic_slope=a[t] * (1 - a[t]))


def _a_used(a, t, bugs):
    """The state (n,) that W_a multiplies at time t."""
    return pick(bugs, a[t - 1], a_now_for_a_before=a[t],
                start_not_counted=a[t - 1] if t > 1 else 0 * a[0],
                start_wrapped=a[t - 1] if t > 1 else a[-1])


def _immediate(a, x, t, dz, dz_y, bugs):
    """What the use of each weight at time t alone adds to its gradient."""
    W_a = np.outer(dz, _a_used(a, t, bugs))
    return {"W_y": np.outer(dz_y, pick(bugs, a[t], a_before_for_W_y=a[t - 1])), "b_y": dz_y,
            "W_x": np.outer(dz, x[t - 1]), "W_a": pick(bugs, W_a, outer_turned=W_a.T), "b": dz}


def _over_time(terms, T, zero, bugs):
    """A weight's gradient from its terms in the order of the visit."""
    total = sum(terms, start=zero)
    return pick(bugs, total, mean_not_sum=total / T, overwritten=terms[-1] if terms else zero,
                only_term_at_last_time=terms[0] if terms else zero)


@exercise("the norms (T, T): row s - 1 for the loss time s, column t - 1 for the use time t", {
    "rows_are_uses": "The table is transposed: rows are the times s of the loss, columns the times "
        "t of the use, so the zeros stand above the diagonal.",
    **backward.tell(
        "no_path_through_next", "W_a_not_transposed", "W_y_not_transposed", "slope_missing",
        "slope_one_step_early", "slope_one_step_late", "slope_of_a", "slope_not_squared",
        "logistic_slope", "slope_missing_on_path", "a_now_for_a_before", "start_not_counted",
        "start_wrapped"),
    "norm_squared": "These are squared norms: the root is missing.",
    "largest_for_norm": "This is each gradient's largest entry; the Frobenius norm takes all.",
    "absolute_sum_for_norm": "This is the sum of the absolute entries; the Frobenius norm is the "
        "root of the sum of squares.",
    "sum_for_norm": "This is the sum of the entries, where signs cancel; the Frobenius norm is the "
        "root of the sum of squares.",
}, hints=(
    "Take the loss at time s alone. Which uses of `W_a` can have made it, and where is the table "
        "empty, then?",
    "For each s: make blame from the error at s alone and walk back from t = s to 1; at each t "
        "note the size of the gradient, then hand the blame on.",
    "At t: dz is da times the slope; the entry is the norm of the outer product of dz and "
        "a^{<t-1>}; the next da is dz sent back through `W_a`, and nothing from above.",
), make=_norms, answer="norms")
def itemised(W_a, W_y, a, y_hat, y, bugs=NONE):
    """Norms (T, T): row s - 1, column t - 1, of the gradient of J^{<s>} through W_a's use at t."""
    T = len(y)
    table = np.zeros((T, T))
    for s in range(1, T + 1):
        da = pick(bugs, W_y.T, W_y_not_transposed=W_y) @ (y_hat[s - 1] - y[s - 1])
        for t in range(s, 0, -1):
            dz = da * _slope(a, t, bugs)
            table[s - 1, t - 1] = _size(np.outer(dz, _a_used(a, t, bugs)), bugs)
            back = pick(bugs, W_a.T, W_a_not_transposed=W_a)
            da = back @ pick(bugs, dz, no_path_through_next=0 * dz, slope_missing_on_path=da)
    return pick(bugs, table, rows_are_uses=table.T)


def _size(gradient, bugs):
    """One number for a gradient: its Frobenius norm."""
    squares = (gradient**2).sum()
    return pick(bugs, np.sqrt(squares), norm_squared=squares, sum_for_norm=gradient.sum(),
                largest_for_norm=np.abs(gradient).max(),
                absolute_sum_for_norm=np.abs(gradient).sum())
