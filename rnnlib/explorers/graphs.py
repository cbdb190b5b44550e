"""The graph explorers: an unrolled graph to look into, and its forward and backward steppers."""
from rnnlib.arguments import count
from rnnlib.graph import Graph
from rnnlib.graph.steps import Steps
from rnnlib.graph.view import GraphView
from rnnlib.network import own, plain

_EXPLORE = ("Point at a unit, a layer, a time or a weight; click to pin it. "
            "By keyboard: Tab to the graph, arrow keys, Enter, Escape.")
_STEP = "← and → step, Space plays, Home and End jump; a click on a node goes to its step."


def unrolled_graph(net, T=None, *, fwd=None, example=0, level="unit", numbers=None, labels=None):
    """A view of the unrolled graph in which attention finds its way.

    Of an LSTM or a GRU every gate has nodes of its own, and so has c; the path on which a state
    is kept is drawn strong.

    net : the network. T : time steps to draw; a run `fwd` brings its own T and its values.
    example : the example of a batch whose values and length are shown.
    level : "unit" (every unit and connection, T to 12) or "layer" (T to 30).
    numbers : leave room for numbers; default, when there is a run.
    labels : one short text per time, such as the words of a sentence.
    """
    plain(net)
    if fwd is None and T is None:
        raise ValueError("T is None; give a number of time steps or a run fwd")
    if fwd is not None and own(net, fwd) and T is not None and count("T", T) != fwd.T:
        raise ValueError(f"T must be that of fwd, {fwd.T}, or None, got {T}")
    numbers = fwd is not None if numbers is None else numbers
    run = None if fwd is None else fwd.example(example)
    graph = _graph(net, run, level, T=T, numbers=numbers)
    steps = run and Steps(graph, run)
    return GraphView(graph, weights=_matrices(net.params), labels=labels,
                     known=steps and steps.known(), scales=steps and steps.scales("forward"),
                     description=_described("Unrolled graph", graph), hint=_EXPLORE)


def forward_stepper(net, fwd, *, example=0, level="unit", by="layer", labels=None):
    """The forward pass of one example, step by step, with the numbers of each equation.

    fwd : the run. example : column of the batch. level : "unit" or "layer". by : detail to
    start with, "layer" by layer or "unit" by unit. labels : one short text per time.
    """
    own(net, fwd)
    run = fwd.example(example)
    graph = _graph(net, run, level)
    steps = Steps(graph, run)
    return GraphView(graph, steps=_details(steps.forward, level),
                     scales=steps.scales("forward"), weights=_matrices(run.params),
                     labels=labels, description=_described("Forward pass", graph),
                     hint=_STEP, by=by)


def backward_stepper(net, fwd, bwd=None, *, example=0, level="unit", by="layer", labels=None):
    """The backward pass of one example, step by step: both paths, their sum, the terms.

    An LSTM has two such sums, one into a and one into c.

    bwd : the Backward of the run, by default net.backward(fwd); the rest as for
    :func:`forward_stepper`. ValueError for a run without targets, which has no loss, and for
    a bwd of another run.
    """
    own(net, fwd)
    if bwd is not None and getattr(bwd, "forward", None) is not fwd:
        raise ValueError("bwd is the backward pass of another run; give net.backward(fwd)")
    if fwd.J is None:
        raise ValueError("fwd has no loss; give y to net.forward before stepping backwards")
    run = fwd.example(example)
    graph = _graph(net, run, level)
    # of a batch, the example's part alone
    steps = Steps(graph, run, bwd if bwd is not None and fwd.m == 1 else net.backward(run))
    return GraphView(graph, steps=_details(steps.backward, level),
                     scales=steps.scales("backward"), weights=_matrices(run.params),
                     terms=steps.terms(), labels=labels,
                     forward={at: texts for at, _, texts, *_ in steps.known()["set"]},
                     description=_described("Backward pass", graph),
                     hint=_STEP, by=by)


def _graph(net, run, level, *, T=None, numbers=True):
    length = int(run.lengths[0]) if run is not None else None
    return Graph(net.n_x, net.units, net.n_y, run.T if run is not None else T, level=level,
                 length=length, numbers=numbers, cell=net.cell)


def _details(steps, level):
    return {by: steps(by) for by in (("layer", "unit") if level == "unit" else ("layer",))}


def _matrices(params):
    return {name: W for name, W in params.items() if not name.startswith("b")}


def _described(what, graph):
    layers = ", ".join(f"layer {l} of {n} unit{'s' if n > 1 else ''}"
                       for l, n in enumerate(graph.units, start=1))
    ghosts = "" if graph.length == graph.T else (
        f" The example ends at t = {graph.length}; later steps are drawn dotted.")
    parts = "" if not graph.anatomy.gated else " Each layer, from below: " + "; ".join(
        ", ".join(names) for names in graph.anatomy.lines) + "."
    return (f"{what}: time runs left to right from t = 1 to {graph.T}, after the start states. "
            f"From below: {graph.n_x} input{'s' if graph.n_x > 1 else ''}, {layers}, "
            f"{graph.n_y} output{'s' if graph.n_y > 1 else ''}, one loss per time.{parts}{ghosts}")
