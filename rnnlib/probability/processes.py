"""Where responses come from, and what a product of predictions leaves out of them.

    P(x, y) = P(x_1..T) * product over t of P(y_t | y_1..t-1, x_1..T)     the chain rule, always
    Q(x, y) = P(x_1..T) * product over t of P(y_t | x_1..t)               the notes' product
    KL(P, Q) = sum over t of I(y_t ; y_1..t-1, x_t+1..T | x_1..t)         what the notes' costs

Source: Cover & Thomas 2006, chapter 2; Goodfellow, Bengio & Courville 2016, section 10.2.
"""
from typing import NamedTuple

import numpy as np

from rnnlib import arguments
from rnnlib.probability.joint import (
    LONGEST,
    Conditional,
    Joint,
    conditional,
    divergence,
    input_factors,
    nats_in,
    normalised,
    numbered,
    probabilities,
    product,
)
from rnnlib.records import frozen


class Factor(NamedTuple):
    """What a model lets one response depend on, and what it does not see: tuples of names."""

    of: tuple
    seen: tuple
    unseen: tuple


def factors(joint, *, feedback=0, look_ahead=0):
    """[Factor for y_t], t = 1..T_y: its `of`, what the model's factor sees of the others, what not.

    The notes' product sees x_1..t. feedback: how many responses before t are seen as well, or
    "all"; look_ahead: how many inputs after t, or "all" (read in both directions). With both
    "all" this is the chain rule.

    Notes: feedback=1 shows a model y_{t-1} alone. A recurrent network that is fed y_{t-1} at
    every t carries on what it was fed before, so it can use what feedback="all" sees.
    """
    T_x, T_y = _spans(joint)
    back = _reach("feedback", feedback, T_y)
    later = _reach("look_ahead", look_ahead, T_x)
    return [_factor(t, T_x, back, later) for t in range(1, T_y + 1)]


def projection(joint, *, feedback=0, look_ahead=0):
    """The Joint closest to `joint` among products of the form that `factors` gives.

    It is P(x_1..T_x) times the joint's own conditionals P(y_t | what is seen): no other
    distribution of this form has a smaller KL(joint, .).
    """
    seen = factors(joint, feedback=feedback, look_ahead=look_ahead)
    inputs = numbered("x", 1, joint.T_x)
    first = [joint.conditional(inputs)] if inputs else []
    return product([*first, *(joint.conditional(f.of, f.seen) for f in seen)]).marginal(joint.names)


def costs(joint, *, feedback=0, look_ahead=0, unit="nats"):
    """I(y_t ; unseen | seen) for t = 1..T_y, (T_y,): what each factor of a model leaves out.

    Their sum is KL(joint, projection), the cost of the whole product: exactly.

    Notes: it is the cost in expected log-probability for the best model of this form, not for
    one that has been trained. And 0 at one t need not stay 0 when something else is shown too.
    """
    seen = factors(joint, feedback=feedback, look_ahead=look_ahead)
    return np.array([joint.mutual_information(f.of, f.unseen, given=f.seen, unit=unit)
                     for f in seen])


def kl(p, q, *, unit="nats"):
    """KL(p, q) = sum of p log(p / q), at least 0; inf if q is 0 somewhere where p is not.

    p, q: Joints of the same variables, in any order.

    Notes: it is not a distance: KL(p, q) and KL(q, p) differ.
    """
    for argument, joint in (("p", p), ("q", q)):
        arguments.a(Joint, argument, joint)
    if sorted(p.names) != sorted(q.names) or p.sizes != {n: q.sizes[n] for n in p.sizes}:
        raise ValueError(f"p and q must be about the same variables, got {p.sizes} and {q.sizes}")
    return divergence(p.log_p, q.marginal(p.names).log_p) / nats_in(unit)


def coupled(coupling, T=3, *, p_y=((0.8, 0.2), (0.3, 0.7)), p_x=None):
    """A Joint whose successive responses are coupled: 0 not at all, 1 or -1 as far as can be.

    coupling: -1..1. P(y_t | x_1..t) is p_y[x_t] whatever the coupling: none of the notes'
    factors moves with it, only the joint does. y_{t-1} and y_t are drawn, in a fraction
    |coupling| of cases, from one common random number (from u and 1 - u if it is negative).
    p_y (k_x, k_y): a row for each outcome of x; p_x as for `chain`.
    """
    coupling, T = arguments.number("coupling", coupling, -1.0), _T(T)
    if coupling > 1:
        raise ValueError(f"coupling must be -1..1, got {coupling}")
    first = _step("p_y", p_y, 2)
    step = _coupled_step(first.p, coupling)
    return product([
        *input_factors(p_x, len(first.log_p), T), conditional(first.p, "y1", "x1"),
        *(conditional(step, f"y{t}", f"x{t - 1} x{t} y{t - 1}") for t in range(2, T + 1))])


def chain(step, T, *, p_x=None):
    """The Joint of a Markov chain y that is driven by x, both of length T.

    step (k_x, k_y, ..., k_y): P(y_t | x_t, y_{t-k}, ..., y_{t-1}), its last axis is y_t; the
    number of its axes says the order k. Responses before y_1 count as equally likely.
    p_x: None (all inputs equally likely), P(x_t) the same at each t (k_x,), or a Joint of x1..x_T.
    """
    order = len(_step("step", step).given) - 1
    step, T = arguments.real("step", step), _T(T)
    links = [_link(step, order, t) for t in range(1, T + 1)]
    return product([*input_factors(p_x, len(step), T), *links])


def first_order(T=4, *, strength=1.0):
    """A chain of zeros and ones: y_t tends to equal x_t and y_{t-1}, the more the larger strength.

    log-odds of y_t = 1: strength * (s(x_t) + s(y_{t-1})), with s(1) = 1 and s(0) = -1.
    """
    return chain(_tendency(strength, 2), T)


def second_order(T=4, *, strength=1.0):
    """A chain of zeros and ones: y_t tends to equal x_t and y_{t-2}; y_{t-1} has no say.

    log-odds of y_t = 1: strength * (s(x_t) + s(y_{t-2})), with s(1) = 1 and s(0) = -1.
    """
    step = _tendency(strength, 2)
    return chain(np.stack([step, step], axis=2), T)


def ahead(T=4, *, steps=1, strength=1.0):
    """A Joint in which y_t tends to equal a later input, x_{t+steps}; where none is, a fair coin.

    log-odds of y_t = 1: strength * s(x_{t+steps}), with s(1) = 1 and s(0) = -1.
    """
    T, steps, p = _T(T), arguments.count("steps", steps), _tendency(strength, 1)
    return product([
        *input_factors(None, 2, T),
        *(conditional(p, f"y{t}", f"x{t + steps}") if t + steps <= T
          else conditional([0.5, 0.5], f"y{t}") for t in range(1, T + 1))])


def _T(T):
    return arguments.count("T", T, most=LONGEST)


def _spans(joint):
    """T_x and T_y of a Joint of just such variables."""
    arguments.a(Joint, "joint", joint)
    T_x, T_y = joint.T_x, joint.T_y
    strange = set(joint.names) - {*numbered("x", 1, T_x), *numbered("y", 1, T_y)}
    if strange or not T_y:
        raise ValueError("joint must be about x1, x2, ... and y1, y2, ... without a gap and with "
                         f"at least y1, got {' '.join(joint.names)}")
    return T_x, T_y


def _reach(argument, value, T):
    """How many times away something is seen; "all" is as many as there are."""
    if isinstance(value, str):
        arguments.choice(argument, value, ("all",))
        return T
    return arguments.count(argument, value, least=0)


def _factor(t, T_x, back, later):
    """The Factor of y_t that sees `back` responses before it and `later` inputs after t."""
    oldest, newest = max(1, t - back), min(t + later, T_x)
    return Factor((f"y{t}",), numbered("x", 1, newest) + numbered("y", oldest, t - 1),
                  numbered("y", 1, oldest - 1) + numbered("x", newest + 1, T_x))


def _step(name, p, axes=None):
    """The Conditional in a table (k_x, k_y, ..., k_y) whose last axis is the response."""
    p = probabilities(name, p)
    if p.ndim < 2 or (axes and p.ndim != axes) or len(set(p.shape[1:])) != 1:
        wanted = "(k_x, k_y)" if axes == 2 else "(k_x, k_y, ..., k_y)"
        raise ValueError(f"{name} must have shape {wanted}, got {p.shape}")
    given = ("x", *(f"y{k}" for k in range(p.ndim - 2)))
    return Conditional(("y",), given, frozen(normalised(name, p, 1)))


def _link(step, order, t):
    """P(y_t | x_t and the responses before it), of which y_1 has none."""
    missing = max(0, order - t + 1)
    p = step.mean(axis=tuple(range(1, 1 + missing)))
    return conditional(p, f"y{t}", (f"x{t}", *numbered("y", max(1, t - order), t - 1)))


def _tendency(strength, causes):
    """P(y | causes), zeros and ones: the log-odds add up +strength or -strength for each."""
    strength = arguments.number("strength", strength)
    signs = 2.0 * np.indices((2,) * causes).sum(axis=0) - causes
    z = strength * signs
    return np.exp(-np.logaddexp(0.0, np.stack([z, -z], axis=-1)))


def _coupled_step(p, coupling):
    """P(y_t | x_{t-1}, x_t, y_{t-1}), (k_x, k_x, k_y, k_y), for P(y_t | x_t) in p (k_x, k_y)."""
    edges = np.concatenate([np.zeros((len(p), 1)), p.cumsum(axis=1)], axis=1)
    low, high = edges[:, :-1], edges[:, 1:]
    # where u lies for y_{t-1}, and where it has to lie for y_t
    before = low[:, None, :, None], high[:, None, :, None]
    after = (low, high) if coupling >= 0 else (1.0 - high, 1.0 - low)
    after = [edge[None, :, None, :] for edge in after]
    common = np.maximum(np.minimum(before[1], after[1]) - np.maximum(before[0], after[0]), 0.0)
    total = common.sum(axis=-1, keepdims=True)
    alone = np.broadcast_to(p[None, :, None, :], common.shape)
    common = np.divide(common, total, where=total > 0, out=alone.copy())
    return (1.0 - abs(coupling)) * alone + abs(coupling) * common
