"""The exercises' functions written plainly, each with the ways in which it is got wrong.

Arrays are the exercises' own: one example, a vector per time. x (T, n_x), a (T+1, n) with the
start state in row 0, y_hat and y (T, n_y); one tanh layer, identity output, squared loss.
`bugs` is a set of names from `rnnlib.exercises.catalogue`; the empty set is the right answer, and
every name changes exactly one place. The truth of a check is the engine's, never this file's:
this file says only what a wrong answer looks like.
"""
import numpy as np

NONE = frozenset()
WEIGHTS = ("W_y", "b_y", "W_x", "W_a", "b")


def pick(bugs, right, **wrong):
    """`right`, or the alternative whose name is among the bugs."""
    return next((value for name, value in wrong.items() if name in bugs), right)


# --- forward ---------------------------------------------------------------------------------

def forward(W_x, W_a, b, W_y, b_y, x, a0, bugs=NONE):
    """(a (T+1, n), y_hat (T, n_y))."""
    a = [pick(bugs, a0, start_ignored=0 * a0, start_not_kept=0 * a0)]
    a_prev = start = pick(bugs, a0, start_ignored=0 * a0, start_not_used=0 * a0)
    y_hat = []
    for t in range(1, len(x) + 1):
        x_t = pick(bugs, x[t - 1], x_one_step_late=x[t - 2])
        z = net_input(W_x, W_a, b, x_t, a_prev, bugs)
        a_t = activation(z, bugs)
        seen = pick(bugs, a_t, y_hat_from_previous=a_prev, y_hat_from_z=z)
        y_hat.append(output(W_y, b_y, seen, bugs))
        a.append(a_t)
        a_prev = pick(bugs, a_t, z_fed_back=z, state_never_updated=start)
    return np.array(a), np.array(y_hat)


def forward_step(W_x, W_a, b, x_t, a_prev, bugs=NONE):
    """a (n,) at time t."""
    return activation(net_input(W_x, W_a, b, x_t, a_prev, bugs), bugs)


def word_step(W_x, W_a, b, word, a_prev, bugs=NONE):
    """a (n,) at a time whose input is a word, given as the number of its column of W_x."""
    column = W_x[word] if "row_for_column" in bugs else pick(
        bugs, W_x[:, word], word_before=W_x[:, word - 1], all_words_at_once=W_x.sum(axis=1))
    return activation(net_input(column[:, np.newaxis], W_a, b, np.ones(1), a_prev, bugs), bugs)


def net_input(W_x, W_a, b, x_t, a_prev, bugs):
    """z (n,)."""
    if "W_x_and_W_a_swapped" in bugs:
        W_x, W_a = W_a, W_x
    W_x = pick(bugs, W_x, W_x_transposed=W_x.T)
    W_a = pick(bugs, W_a, W_a_transposed=W_a.T)
    bias = pick(bugs, b, bias_forgotten=0 * b, bias_twice=2 * b)
    memory = pick(bugs, W_a @ a_prev, memory_forgotten=0 * b)
    return bias + memory + W_x @ x_t


def activation(z, bugs):
    """a (n,) from z (n,)."""
    return pick(bugs, np.tanh(z), activation_forgotten=z, logistic_activation=1 / (1 + np.exp(-z)))


def output(W_y, b_y, a_t, bugs):
    """y_hat (n_y,) from a (n,)."""
    W_y = pick(bugs, W_y, W_y_transposed=W_y.T)
    z_y = W_y @ a_t + pick(bugs, b_y, output_bias_forgotten=0 * b_y, output_bias_twice=2 * b_y)
    return pick(bugs, z_y, activation_on_output=np.tanh(z_y))


def loss(y_hat, y, bugs=NONE):
    """J, the sum over t of half the squared distance."""
    e = y_hat - y
    size = pick(bugs, (e**2).sum(axis=1), distance_not_squared=np.abs(e).sum(axis=1),
                squared_after_summing=e.sum(axis=1) ** 2)
    J = pick(bugs, 0.5, half_forgotten=1.0) * size
    return pick(bugs, J.sum(), loss_at_last_time=J[-1], loss_at_first_time=J[0],
                mean_over_time=J.mean(), mean_over_entries=J.sum() / e.size)


# --- backward --------------------------------------------------------------------------------

def backward_step(W_a, dz_next, from_above, bugs=NONE):
    """dJ/da (n,) at a time that has a next one."""
    from_next = pick(bugs, W_a.T, W_a_not_transposed=W_a) @ dz_next
    return pick(bugs, from_above + from_next, no_path_through_next=from_above,
                no_path_from_above=from_next, paths_subtracted=from_above - from_next,
                paths_multiplied=from_above * from_next,
                paths_averaged=(from_above + from_next) / 2)


def backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y, bugs=NONE):
    """The gradient of J for each weight: a dict with the keys W_x, W_a, b, W_y, b_y."""
    terms = {name: [] for name in WEIGHTS}
    dz_next = da_next = above_next = np.zeros(len(b))
    for t in times_backwards(len(x), bugs):
        dz_y = error(y_hat, y, t, bugs)
        above = from_above(W_y, dz_y, t, len(x), bugs)
        g = slope(a, t, bugs)
        carried = pick(bugs, dz_next, no_path_through_next=0 * dz_next,
                       slope_missing_on_path=da_next, slope_on_path_too_early=da_next * g,
                       path_one_step_long=above_next)
        da = above + pick(bugs, W_a.T, W_a_not_transposed=W_a) @ carried
        dz = da * g
        for_weights = pick(bugs, dz, slope_missing_in_weights=da)
        for name, term in immediate(a, x, t, for_weights, dz_y, bugs).items():
            terms[name].append(term)
        dz_next, da_next, above_next = dz, da, above * g
    zeros = dict(zip(WEIGHTS, map(np.zeros_like, (W_y, b_y, W_x, W_a, b)), strict=True))
    return {name: over_time(terms[name], len(x), zeros[name], bugs) for name in WEIGHTS}


def times_backwards(T, bugs):
    """The times in the order of the visit."""
    return pick(bugs, range(T, 0, -1), forwards_in_time=range(1, T + 1),
                first_time_left_out=range(T, 1, -1), last_time_left_out=range(T - 1, 0, -1))


def error(y_hat, y, t, bugs):
    """dJ/dz_y (n_y,) at time t."""
    e = y_hat[t - 1] - y[t - 1]
    return pick(bugs, e, sign_wrong=-e, factor_two=2 * e,
                only_last_loss=e if t == len(y) else 0 * e)


def from_above(W_y, dz_y, t, T, bugs):
    """The part of dJ/da (n,) that comes through the output of the same time."""
    above = pick(bugs, W_y.T, W_y_not_transposed=W_y) @ dz_y
    return pick(bugs, above, no_path_from_above=0 * above,
                above_only_at_last_time=above if t == T else 0 * above)


def slope(a, t, bugs):
    """g'(z) (n,) of tanh at time t, from a (T+1, n)."""
    later = min(t + 1, len(a) - 1)
    return pick(bugs, 1 - a[t] ** 2, slope_missing=np.ones_like(a[t]),
                slope_one_step_early=1 - a[t - 1] ** 2, slope_one_step_late=1 - a[later] ** 2,
                slope_of_a=1 - np.tanh(a[t]) ** 2, slope_not_squared=1 - a[t],
                logistic_slope=a[t] * (1 - a[t]))


def a_used(a, t, bugs):
    """The state (n,) that W_a multiplies at time t."""
    return pick(bugs, a[t - 1], a_now_for_a_before=a[t],
                start_not_counted=a[t - 1] if t > 1 else 0 * a[0])


def immediate(a, x, t, dz, dz_y, bugs):
    """What the use of each weight at time t alone adds to its gradient."""
    W_a = np.outer(dz, a_used(a, t, bugs))
    return {"W_y": np.outer(dz_y, pick(bugs, a[t], a_before_for_W_y=a[t - 1])), "b_y": dz_y,
            "W_x": np.outer(dz, x[t - 1]), "W_a": pick(bugs, W_a, outer_turned=W_a.T), "b": dz}


def over_time(terms, T, zero, bugs):
    """A weight's gradient from its terms in the order of the visit."""
    total = sum(terms, start=zero)
    return pick(bugs, total, mean_not_sum=total / T,
                overwritten=terms[-1] if terms else zero,
                only_term_at_last_time=terms[0] if terms else zero)


def itemised(W_a, W_y, a, y_hat, y, bugs=NONE):
    """Norms (T, T): row s - 1, column t - 1, of the gradient of J^{<s>} through W_a's use at t."""
    T = len(y)
    table = np.zeros((T, T))
    for s in range(1, T + 1):
        da = pick(bugs, W_y.T, W_y_not_transposed=W_y) @ (y_hat[s - 1] - y[s - 1])
        for t in range(s, 0, -1):
            dz = da * slope(a, t, bugs)
            table[s - 1, t - 1] = size(np.outer(dz, a_used(a, t, bugs)), bugs)
            back = pick(bugs, W_a.T, W_a_not_transposed=W_a)
            da = back @ pick(bugs, dz, no_path_through_next=0 * dz, slope_missing_on_path=da)
    return pick(bugs, table, rows_are_uses=table.T)


def size(gradient, bugs):
    """One number for a gradient: its Frobenius norm."""
    squares = (gradient**2).sum()
    return pick(bugs, np.sqrt(squares), norm_squared=squares, sum_for_norm=gradient.sum(),
                largest_for_norm=np.abs(gradient).max(),
                absolute_sum_for_norm=np.abs(gradient).sum())
