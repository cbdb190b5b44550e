"""Bad input: one sentence that names the argument, and nothing has changed."""
import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from engine_cases import Case

import rnnlib as rl

X, Y = np.zeros((4, 3, 2)), np.zeros((4, 2), int)


def net(**options):
    return rl.Network(**{"n_x": 3, "units": (4, 2), "n_y": 2, **options})


def forward(x=X, y=Y, loss="softmax", units=(4, 2), cell="tanh", **options):
    return net(loss=loss, units=units, cell=cell).forward(x, y, **options)


def with_nan(shape=X.shape, at=(1, 2, 0), value=np.nan):
    x = np.zeros(shape)
    x[at] = value
    return x


NETWORKS = [
    ({"n_x": 0}, ValueError, "n_x must be at least 1, got 0"),
    ({"n_x": 2.0}, TypeError, "n_x must be a whole number, got 2.0"),
    ({"n_y": True}, TypeError, "n_y must be a whole number, got True"),
    ({"n_y": -1}, ValueError, "n_y must be at least 1, got -1"),
    ({"units": (4, 0)}, ValueError, "units of layer 2 must be at least 1, got 0"),
    ({"units": 0}, ValueError, "units of layer 1 must be at least 1, got 0"),
    ({"units": ()}, ValueError, "units must name at least one layer, got none"),
    ({"units": "ab"}, TypeError, "units of layer 1 must be a whole number, got 'a'"),
    ({"units": None}, TypeError, "units of layer 1 must be a whole number, got None"),
    ({"cell": "sigmoid"}, ValueError,
     "cell must be one of 'tanh', 'relu', 'logistic', 'identity', 'lstm', 'gru', got 'sigmoid'"),
    ({"loss": 3}, ValueError, "loss must be one of 'softmax', 'logistic', 'squared', got 3"),
    ({"init": "zero"}, ValueError,
     "init must be one of 'gaussian', 'orthogonal', 'identity', 'radius', 'nonnormal', "
     "got 'zero'"),
    ({"scale": "1"}, TypeError, "scale must be a real number, got '1'"),
    ({"scale": np.nan}, ValueError, "scale must be finite and at least 0, got nan"),
    ({"scale": -1.0}, ValueError, "scale must be finite and at least 0, got -1.0"),
    ({"forget_bias": 1.0}, ValueError,
     "forget_bias is for a cell with gates, 'lstm' or 'gru', and must be None for 'tanh', got 1.0"),
    ({"cell": "lstm", "forget_bias": "1"}, TypeError,
     "forget_bias must be a real number, got '1'"),
    ({"cell": "gru", "forget_bias": np.inf}, ValueError,
     "forget_bias must be finite, got inf"),
    ({"seed": -1}, ValueError,
     "seed must be a whole number of at least 0, a numpy Generator or None, got -1"),
    ({"units": b"ab"}, TypeError, "units of layer 1 must be a whole number, got b'ab'"),
    ({"units": 10**6}, ValueError, "n_x, units or n_y must be smaller: 1000006000002 numbers would "
                                   "have to be kept, and at most 100000000 are"),
    ({"seed": "a"}, TypeError,
     "seed must be a whole number of at least 0, a numpy Generator or None, got 'a'"),
]

SHAPE_OF_X = "x must have shape (T, 3, m) or (T, 3) with T and m at least 1, got "
FORWARDS = [
    ({"x": np.zeros((4, 2, 2))}, ValueError, SHAPE_OF_X + "(4, 2, 2)"),
    ({"x": np.zeros((0, 3, 2))}, ValueError, SHAPE_OF_X + "(0, 3, 2)"),
    ({"x": np.zeros((4, 3, 0))}, ValueError, SHAPE_OF_X + "(4, 3, 0)"),
    ({"x": np.zeros(3)}, ValueError, SHAPE_OF_X + "(3,)"),
    ({"x": []}, ValueError, SHAPE_OF_X + "(0,)"),
    ({"x": 1.0}, ValueError, SHAPE_OF_X + "()"),
    ({"x": [[1, 2, 3], [1, 2]]}, ValueError,
     "x must be a regular array, got rows of different shapes"),
    ({"x": None}, TypeError, "x must hold real numbers, got None"),
    ({"x": [["a", "b", "c"]]}, TypeError, "x must hold real numbers, got dtype <U1"),
    ({"x": X + 1j}, TypeError, "x must hold real numbers, got dtype complex128"),
    ({"x": with_nan()}, ValueError, "x must be finite, but x[1, 2, 0] is nan"),
    ({"x": with_nan(value=-np.inf)}, ValueError, "x must be finite, but x[1, 2, 0] is -inf"),
    ({"y": np.zeros((3, 2), int)}, ValueError,
     "y must have shape (4, 2) = (T, m), a class number for each time and example, got (3, 2)"),
    ({"y": Y + 2}, ValueError, "y must hold class numbers 0..1, got 2"),
    ({"y": Y - 1}, ValueError, "y must hold class numbers 0..1, got -1"),
    ({"y": Y + 0.5}, ValueError, "y must hold class numbers 0..1, got 0.5"),
    ({"y": Y + np.nan}, ValueError, "y must hold class numbers 0..1, got nan"),
    ({"y": [["a", "b"]] * 4}, TypeError, "y must hold real numbers, got dtype <U1"),
    ({"y": np.zeros((4, 2)), "loss": "squared"}, ValueError,
     "y must have shape (4, 2, 2) = (T, n_y, m), got (4, 2)"),
    ({"y": np.full((4, 2, 2), 0.3), "loss": "logistic"}, ValueError,
     "y must hold zeros and ones, got 0.3"),
    ({"y": with_nan((4, 2, 2), (3, 0, 1)), "loss": "squared"}, ValueError,
     "y must be finite, but y[3, 0, 1] is nan"),
    ({"lengths": [4, 5]}, ValueError, "lengths must be 1..4, got 5"),
    ({"lengths": [0, 4]}, ValueError, "lengths must be 1..4, got 0"),
    ({"lengths": [4]}, ValueError, "lengths must have shape (2,) = (m,), one for each example, "
                                   "got (1,)"),
    ({"lengths": [4.0, 2.0]}, TypeError, "lengths must hold whole numbers, got dtype float64"),
    ({"lengths": 4}, ValueError, "lengths must have shape (2,) = (m,), one for each example, "
                                 "got ()"),
    ({"mask": np.ones(3)}, ValueError, "mask must have shape (4,) or (4, 2) = (T,) or (T, m), "
                                       "got (3,)"),
    ({"mask": [0, 1, 0.5, 1]}, ValueError, "mask must hold true or false (1 or 0) only"),
    ({"mask": "last"}, TypeError, "mask must hold real numbers, got dtype <U4"),
    ({"a0": np.zeros((4, 2))}, ValueError,
     "a0 must give one start state for each of the 2 layers, got 4"),
    ({"a0": [np.zeros((4, 2))]}, ValueError,
     "a0 must give one start state for each of the 2 layers, got 1"),
    ({"a0": [np.zeros((4, 2)), np.zeros((4, 2))]}, ValueError,
     "a0 of layer 2 must have shape (2, 2) = (n, m), got (4, 2)"),
    ({"a0": np.zeros((3, 2)), "units": 4}, ValueError,
     "a0 of layer 1 must have shape (4, 2) = (n, m), got (3, 2)"),
    ({"a0": with_nan((4, 2), (3, 1)), "units": 4}, ValueError,
     "a0 of layer 1 must be finite, but a0 of layer 1[3, 1] is nan"),
    ({"a0": 0.5}, TypeError, "a0 must be a sequence with one start state for each layer, got 0.5"),
    ({"c0": 0.5, "cell": "lstm"}, TypeError,
     "c0 must be a sequence with one start state for each layer, got 0.5"),
    ({"c0": np.zeros((3, 2)), "units": 4, "cell": "lstm"}, ValueError,
     "c0 of layer 1 must have shape (4, 2) = (n, m), got (3, 2)"),
    ({"c0": 0.5, "cell": "gru"}, ValueError,
     "c0 must be None for the cell 'gru', which carries no c, got 0.5"),
    ({"c0": [0.5]}, ValueError,
     "c0 must be None for the cell 'tanh', which carries no c, got [0.5]"),
]


def backward(wrong):
    network = net()
    fwd = network.forward(X, Y, lengths=[4, 2])
    return network.backward(wrong.pop("fwd", fwd), **wrong)


BACKWARDS = [
    ({"fwd": None}, TypeError, "fwd must be a Forward, got None"),
    ({"fwd": net(units=3).forward(X, Y)}, ValueError,
     "fwd must come from a network like this one, Network(n_x=3, units=(4, 2), n_y=2, "
     "cell='tanh', loss='softmax'), got one from Network(n_x=3, units=(3,), n_y=2, "
     "cell='tanh', loss='softmax')"),
    ({"fwd": net().forward(X)}, ValueError,
     "backward needs a loss: give y to forward, or d_a to backward"),
    ({"d_a": np.zeros((4, 4, 2))}, ValueError,
     "d_a must have shape (T, 2, m) or (T, 2) with T and m at least 1, got (4, 4, 2)"),
    ({"d_a": "up"}, TypeError, "d_a must hold real numbers, got dtype <U2"),
]


def sentences(table):
    return [sentence[:60] for *_, sentence in table]


@pytest.mark.parametrize(("wrong", "error", "sentence"), NETWORKS, ids=sentences(NETWORKS))
def test_a_network_refuses(wrong, error, sentence):
    with pytest.raises(error) as caught:
        net(**wrong)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("wrong", "error", "sentence"), FORWARDS, ids=sentences(FORWARDS))
def test_forward_refuses(wrong, error, sentence):
    with pytest.raises(error) as caught:
        forward(**wrong)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("wrong", "error", "sentence"), BACKWARDS, ids=sentences(BACKWARDS))
def test_backward_refuses(wrong, error, sentence):
    with pytest.raises(error) as caught:
        backward(dict(wrong))
    assert str(caught.value) == sentence


NAMES = "W_x[1], W_a[1], b[1], W_x[2], W_a[2], b[2], W_y, b_y"
ASSIGNMENTS = [
    ("W_a[3]", 0.0, KeyError, f"no parameter 'W_a[3]'; there are {NAMES}"),
    ("W_a", 0.0, KeyError, f"no parameter 'W_a'; there are {NAMES}"),
    ("W_a[1]", np.zeros((4, 3)), ValueError,
     "W_a[1] must have shape (4, 4) = (units, inputs), got (4, 3)"),
    ("W_a[1]", 1.0, ValueError, "W_a[1] must have shape (4, 4) = (units, inputs), got ()"),
    ("b[1]", np.zeros(3), ValueError, "b[1] must have shape (4, 1) = (units, 1), got (3,)"),
    ("b[1]", [0, 1, np.inf, 0], ValueError, "b[1] must be finite, but b[1][2, 0] is inf"),
    ("W_y", np.zeros((2, 2), complex), TypeError,
     "W_y must hold real numbers, got dtype complex128"),
]


@pytest.mark.parametrize(("name", "value", "error", "sentence"), ASSIGNMENTS,
                         ids=sentences(ASSIGNMENTS))
@pytest.mark.parametrize("how", ["assign", "update"])
def test_a_parameter_refuses_and_none_is_changed(how, name, value, error, sentence):
    network = net()
    before = network.params.snapshot()
    calls = {"assign": lambda: network.params.__setitem__(name, value),
             "update": lambda: network.params.update({"W_x[1]": np.ones((4, 3)), name: value})}
    with pytest.raises(error) as caught:
        calls[how]()
    assert caught.value.args[0] == sentence
    assert list(network.params) == list(before)
    for key, W in before.items():
        np.testing.assert_array_equal(network.params[key], W)


def test_a_parameter_cannot_be_deleted_nor_its_record_written():
    network = net()
    with pytest.raises(TypeError, match="parameters cannot be deleted, not even 'W_y'"):
        del network.params["W_y"]
    with pytest.raises(AttributeError):
        network.units = (3,)
    assert "W_y" in network.params


@pytest.mark.parametrize(("wrong", "error", "sentence"), FORWARDS, ids=sentences(FORWARDS))
def test_a_failed_forward_changes_neither_network_nor_arguments(wrong, error, sentence):
    options = {key: wrong[key] for key in ("loss", "units", "cell") if key in wrong}
    network = net(**options)
    before = network.params.snapshot()
    arguments = {"x": X, "y": Y, **{k: v for k, v in wrong.items() if k not in options}}
    copies = {key: np.array(v) for key, v in arguments.items() if isinstance(v, np.ndarray)}
    with pytest.raises(error):
        network.forward(**arguments)
    for key, W in before.items():
        np.testing.assert_array_equal(network.params[key], W)
    for key, array in copies.items():
        np.testing.assert_array_equal(arguments[key], array)


FLOWS = [
    (lambda n, f: rl.flow.itemised(n, f, "W_a[3]"), KeyError,
     f"no parameter 'W_a[3]'; there are {NAMES}"),
    (lambda n, f: rl.flow.itemised(n, None, "W_y"), TypeError, "fwd must be a Forward, got None"),
    (lambda n, f: rl.flow.itemised(n, n.forward(X), "W_y"), ValueError,
     "backward needs a loss: give y to forward, or d_a to backward"),
    (lambda n, f: rl.flow.itemised(n, f, "W_y").norm(5, 1), IndexError,
     "loss time s of W_y must be 1..4, got 5"),
    (lambda n, f: rl.flow.itemised(n, f, "W_y")[1, 0], IndexError,
     "time of use t of W_y must be 1..4, got 0"),
    (lambda n, f: n.backward(f).terms("W"), KeyError, f"no parameter 'W'; there are {NAMES}"),
    (lambda n, f: f.input(0), IndexError, "layer l must be 1..3, got 0"),
    (lambda n, f: f.uses(-1), IndexError, "layer l must be 1..3, got -1"),
    (lambda n, f: n.backward(f).derivatives(99), IndexError, "layer l must be 1..3, got 99"),
    (lambda n, f: f.use(["W_y"]), KeyError, f"no parameter ['W_y']; there are {NAMES}"),
    (lambda n, f: rl.flow.path_count(10**6, 10**6), ValueError,
     "back or down must be at most 10000, got 1000000 and 1000000"),
    (lambda n, f: rl.flow.overflow_time(n), TypeError,
     "fwd must be a Forward, got a Network"),
    (lambda n, f: f.c, AttributeError,
     "Forward has no 'c'; its quantities are z, a, x, z_y, y_hat, J, y, mask"),
    (lambda n, f: n.backward(f).c, AttributeError,
     "Backward has no 'c'; its quantities are a, z, from_above, from_next, x, z_y"),
    (lambda n, f: n.backward(f).c0, AttributeError,
     "Backward has no 'c0'; its quantities are a, z, from_above, from_next, x, z_y"),
    (lambda n, f: rl.gradcheck.check(n, X, Y, given={"W": 1.0}), KeyError,
     f"no quantity 'W'; there are {NAMES}, x, a0[1], a0[2]"),
    (lambda n, f: rl.gradcheck.check(n, X, Y, given={"W_y": np.zeros((3, 2))}), ValueError,
     "W_y must have shape (2, 2), got (3, 2)"),
    (lambda n, f: rl.gradcheck.gradients(n, X), ValueError,
     "backward needs a loss: give y to forward, or d_a to backward"),
    (lambda n, f: rl.gradcheck.check(n, X + np.nan, Y, given={}), ValueError,
     "x must be finite, but x[0, 0, 0] is nan"),
]


@pytest.mark.parametrize(("call", "error", "sentence"), FLOWS, ids=sentences(FLOWS))
def test_what_reads_a_run_refuses(call, error, sentence):
    network = net()
    with pytest.raises(error) as caught:
        call(network, network.forward(X, Y))
    assert caught.value.args[0] == sentence


def test_bad_numbers_where_nothing_counts_are_not_refused():
    x, y = X.copy(), np.zeros((4, 2))
    x[2:, :, 1], y[2:, 1], y[0] = np.nan, np.nan, 99
    fwd = net().forward(x, y, lengths=[4, 2], mask=[0, 1, 1, 1])
    assert np.isfinite(fwd.loss)


def test_an_example_alone_is_refused_outside_the_batch():
    _, fwd, _ = Case().run()
    with pytest.raises(IndexError, match="example i must be 0..1, got 2"):
        fwd.example(2)


# --- every function of a network --------------------------------

def of_a_network():
    """Every public function whose first argument is `net`, by its full name."""
    found = {}
    for told in pkgutil.walk_packages(rl.__path__, "rnnlib."):
        if "predictions" in told.name:  # theirs are questions, asked by name
            continue
        module = importlib.import_module(told.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            if (function.__module__, first) == (told.name, "net") and name[0] != "_":
                found[f"{told.name}.{name}"] = function
    return found


FUNCTIONS = of_a_network()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_no_network_is_named_by_every_function_of_one(name):
    net = rl.Network(2, 3, 1, loss="squared")
    fwd = net.forward(np.zeros((3, 2)), np.zeros((3, 1)))
    needs = [parameter.name for parameter in inspect.signature(FUNCTIONS[name]).parameters.values()
             if parameter.default is parameter.empty]
    def call(wrong):
        # a training begins when its first record is asked for
        next(FUNCTIONS[name](**dict.fromkeys(needs, fwd) | {"net": wrong}))

    for wrong in (fwd, net.backward(fwd), "net.npz", None):
        with pytest.raises(TypeError, match="^net must be a Network, got "):
            call(wrong)
