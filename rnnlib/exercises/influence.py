"""Questions about arrows: what one node of the unrolled graph feeds, and all that it influences.

Answers name nodes by what stands after `fwd.`: "a[1, 2]", "y_hat[2]", "J[2]".
"""
import re
from collections.abc import Iterable

from rnnlib.arguments import count
from rnnlib.exercises.feedback import listed, one_line, right, still_open, wrong
from rnnlib.exercises.trial import answered
from rnnlib.graph import Graph
from rnnlib.network import Network

QUESTIONS = {"feeds": "every node that an arrow leads to straight from",
             "influences": "every node that can be reached along arrows from"}
_NAME = re.compile(r"a\[(?P<l>\d+), *(?P<at>\d+)\]|(?P<name>y_hat|J)\[(?P<t>\d+)\]")

_BUGS = {
    "feeds": {
        "what_feeds_it": "these are the nodes that feed it: the arrows are followed the wrong way.",
        "everything_later": "this is all that it influences; asked is one arrow's length only.",
        "path_up_missing": "the arrow upwards, within the same time, is missing.",
        "path_next_missing": "the arrow to the next time is missing.",
        "loss_at_once": "the loss is counted, but no arrow leads there past y_hat.",
        "output_at_once": "the prediction is counted, but only the top layer feeds it.",
        "diagonal": "an arrow that goes up and to the right at once is counted: there is none, "
                    "`W_x` stays within a time and `W_a` within a layer.",
        "itself": "the node itself is counted: its loop leads to the next time, not back to it.",
    },
    "influences": {
        "one_arrow_only": "only what one arrow reaches is counted: what it feeds goes on to feed "
                          "others.",
        "itself": "the node itself is counted.",
        "same_layer_only": "only its own layer is counted: arrows lead upwards too.",
        "same_time_only": "only its own time is counted: the state is handed on to the next.",
        "later_times_only": "its own time is left out: arrows lead upwards there too.",
        "next_time_only": "the next time is the last one counted, but from there the state is "
                          "handed on again.",
        "upper_layers_once": "the layers above are counted at its own time only; what is handed "
                             "on along its layer climbs at every later time.",
        "times_before": "times before its own are counted: no arrow leads to the left.",
        "layers_below": "layers below its own are counted: no arrow leads downwards.",
        "losses_left_out": "the losses are left out: each hangs on its y_hat.",
        "y_hat_left_out": "the predictions are left out.",
        "outputs_left_out": "what stands above the top layer, y_hat and J, is left out.",
    },
}


def bugs(name):
    """{bug: sentence} of a question."""
    return dict(_BUGS[name])


def judged(name, answer, net, T, node):
    """Feedback on an answer, a set of names: what does `node` feed, or influence, up to T?"""
    if not isinstance(net, Network):
        raise TypeError(f"the question {name!r} is about a network: check({name!r}, answer, "
                        f"net=net, T=..., node=...), got net={one_line(net)}")
    graph = Graph(net.n_x, net.units, net.n_y, count("T", T), level="layer")
    start = _address(graph, node)
    if start is None:
        raise ValueError(f"node must name a node of the graph, such as 'a[1, 2]', got {node!r}")
    answer, trouble = answered(name, answer)
    if trouble:
        return wrong(trouble)
    if answer is None or answer is Ellipsis:
        return still_open(f"Answer with a set of names such as {{'a[1, 1]', 'y_hat[1]', 'J[1]'}}: "
                          f"{QUESTIONS[name]} `{node}`.")
    return _names_judged(name, answer, graph, start)


def _names_judged(name, answer, graph, start):
    if isinstance(answer, str):
        answer = {answer}
    if not isinstance(answer, Iterable):
        return wrong(f"{one_line(repr(answer))} came, but a set of names is wanted, such as "
                     "{'a[1, 1]', 'y_hat[1]'}.")
    places = {}
    for given in answer:
        places[_address(graph, given)] = given
    if None in places:
        return wrong(f"{one_line(repr(places[None]))} is no node here: names are a[l, t] with l "
                     f"from 0 to {graph.L}, y_hat[t] and J[t], with t up to {graph.T}.")
    return _places_judged(name, frozenset(places), graph, start)


def _address(graph, given):
    """The graph's address of a name such as "a[1, 2]"; None for what names no node."""
    found = isinstance(given, str) and _NAME.fullmatch(given.strip())
    if not found:
        return None
    rows = {"y_hat": graph.L + 1, "J": graph.L + 2}
    name, t = found["name"] or "a", int(found["t"] or found["at"])
    address = name, int(found["l"]) if name == "a" else rows[name], t
    return address if address in graph.places else None


def _said(address):
    name, l, t = address
    return f"a[{l}, {t}]" if name == "a" else f"{name}[{t}]"


# --- what is right, what each bug gives -------------------------------------------------------

def _fed(graph, address):
    """The nodes at the other end of one arrow."""
    return frozenset(bundle.target for bundle in graph.fed_by(address))


def _reached(graph, address):
    """The nodes that a way of arrows leads to."""
    found, edge = set(), {address}
    while edge:
        edge = {other for place in edge for other in _fed(graph, place)} - found
        found |= edge
    return frozenset(found)


def _feeds_guesses(graph, start):
    _, l, t = start
    want = _fed(graph, start)
    sideways = {place for place in want if place[2] > t}
    diagonal = {("a", l + 1, t + 1)} if l < graph.L else {("y_hat", l + 1, t + 1)}
    return {"what_feeds_it": {bundle.source for bundle in graph.feeds(start)},
            "everything_later": _reached(graph, start),
            "path_up_missing": sideways, "path_next_missing": want - sideways,
            "loss_at_once": want | {("J", graph.L + 2, t)},
            "output_at_once": want | {("y_hat", graph.L + 1, t)},
            "diagonal": want | diagonal, "itself": want | {start}}


def _influences_guesses(graph, start):
    _, l, t = start
    want, everything = _reached(graph, start), graph.places.keys()

    def only(keep):
        return {place for place in want if keep(*place)}

    return {"one_arrow_only": _fed(graph, start), "itself": want | {start},
            "same_layer_only": only(lambda name, at, s: at == l),
            "same_time_only": only(lambda name, at, s: s == t),
            "later_times_only": only(lambda name, at, s: s > t),
            "next_time_only": only(lambda name, at, s: s <= t + 1),
            "upper_layers_once": only(lambda name, at, s: at == l or s == t),
            "times_before": {p for p in everything if p[1] >= l} - {start},
            "layers_below": {p for p in everything if p[2] >= t} - {start},
            "losses_left_out": only(lambda name, at, s: name != "J"),
            "y_hat_left_out": only(lambda name, at, s: name != "y_hat"),
            "outputs_left_out": only(lambda name, at, s: name == "a")}


_GUESSES = {"feeds": _feeds_guesses, "influences": _influences_guesses}
_RIGHT = {"feeds": _fed, "influences": _reached}


def _places_judged(name, came, graph, start):
    want = _RIGHT[name](graph, start)
    if came == want:
        return right(f"{listed(sorted(map(_said, want)))}." if want else "Nothing at all.")
    fitting = [bug for bug, guess in _GUESSES[name](graph, start).items() if guess == came]
    if fitting:
        told = " Or: ".join(_BUGS[name][bug] for bug in fitting)
        return wrong(told[0].upper() + told[1:], fitting)
    return wrong(_first_wrong(came, want, _said(start)))


def _first_wrong(came, want, start):
    strange = sorted(came - want, key=lambda place: place[::-1])
    if strange:
        return f"`{_said(strange[0])}` does not belong: no such way leads there from `{start}`."
    first = min(want - came, key=lambda place: (place[2], place[1]))
    many = len(want - came)
    return (f"{many} node{'s are' if many > 1 else ' is'} missing, the first one at "
            f"t = {first[2]}. Nothing that stands there is wrong.")
