"""The engine against PyTorch's autograd: values and every gradient, stacked and padded."""
import numpy as np
import pytest
from engine_cases import ACTIVATIONS, LOSSES, Case

torch = pytest.importorskip("torch")

G = {"tanh": torch.tanh, "relu": torch.relu, "logistic": torch.sigmoid, "identity": lambda z: z}

F = torch.nn.functional
J = {
    "softmax": lambda z_y, y: F.cross_entropy(z_y.T, y, reduction="none"),
    "logistic": lambda z_y, y: F.binary_cross_entropy_with_logits(
        z_y, y, reduction="none").sum(0),
    "squared": lambda z_y, y: F.mse_loss(z_y, y, reduction="none").sum(0) / 2,
}


def leaf(array):
    """A float64 tensor that gathers its gradient."""
    return torch.tensor(np.array(array), dtype=torch.float64, requires_grad=True)


def autograd(net, fwd):
    """The loss and the leaves with their gradients, by torch."""
    p = {name: leaf(W) for name, W in net.params.items()}
    x = leaf(fwd.a.over_time(0))
    a0 = {l: leaf(fwd.a[l, 0]) for l in range(1, net.L + 1)}
    y = torch.tensor(np.array(fwd.y.over_time()))
    mask = torch.tensor(np.array(fwd.mask.over_time()), dtype=torch.float64)
    a, loss = dict(a0), 0
    for t in range(fwd.T):
        below = x[t]
        for l in range(1, net.L + 1):
            z = p[f"W_x[{l}]"] @ below + p[f"W_a[{l}]"] @ a[l] + p[f"b[{l}]"]
            a[l] = below = G[net.cell](z)
        z_y = p["W_y"] @ below + p["b_y"]
        loss = loss + (mask[t] * J[net.loss](z_y, y[t])).sum()
    loss.backward()
    return loss.item(), p, x, a0


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("cell", ACTIVATIONS)
@pytest.mark.parametrize("shape", [
    {"units": (4, 6, 3), "T": 7, "m": 3, "lengths": (7, 3, 5)},
    {"units": (1,), "T": 1, "m": 1, "mask": False},
], ids=["stacked", "smallest"])
def test_values_and_gradients_agree(cell, loss, shape):
    net, fwd, bwd = Case(cell, loss, **shape).run()
    expected, p, x, a0 = autograd(net, fwd)
    np.testing.assert_allclose(fwd.loss, expected, rtol=1e-12)
    close = {"rtol": 1e-10, "atol": 1e-12}
    for name, W in p.items():
        np.testing.assert_allclose(bwd.params[name], W.grad, err_msg=name, **close)
    np.testing.assert_allclose(bwd.x.over_time(), x.grad, **close)
    for l, start in a0.items():
        np.testing.assert_allclose(bwd.a0[l], start.grad, **close)


@pytest.mark.parametrize(("cell", "torch_name"), [("tanh", "tanh"), ("relu", "relu")])
def test_torchs_own_layer_gives_the_same_states(cell, torch_name):
    net, fwd, _ = Case(cell, units=(5, 5), T=6, m=2, start=False).run()
    layer = torch.nn.RNN(3, 5, num_layers=2, nonlinearity=torch_name).double()
    with torch.no_grad():
        for l in (1, 2):
            getattr(layer, f"weight_ih_l{l - 1}").copy_(torch.tensor(net.params[f"W_x[{l}]"]))
            getattr(layer, f"weight_hh_l{l - 1}").copy_(torch.tensor(net.params[f"W_a[{l}]"]))
            getattr(layer, f"bias_ih_l{l - 1}").copy_(torch.tensor(net.params[f"b[{l}]"][:, 0]))
            getattr(layer, f"bias_hh_l{l - 1}").zero_()
        a, _ = layer(torch.tensor(np.array(fwd.a.over_time(0))).permute(0, 2, 1))
    np.testing.assert_allclose(fwd.a.over_time(2)[1:], a.permute(0, 2, 1), atol=1e-13)


# PyTorch's blocks of rows, in its order, by our gates: its one matrix for all
ORDER = {"lstm": "ifgo", "gru": "rug"}


def torchs_layer(net):
    """nn.LSTM or nn.GRU with the network's parameters; where ours is one bias, its second is 0."""
    n, gates = net.units[0], ORDER[net.cell]
    layer = getattr(torch.nn, net.cell.upper())(net.n_x, n, num_layers=net.L).double()
    with torch.no_grad():
        for l in range(1, net.L + 1):
            for name, ours in (("weight_ih", "W_x"), ("weight_hh", "W_a"), ("bias_ih", "b_")):
                rows = np.concatenate([net.params[f"{ours}{k}[{l}]"] for k in gates])
                held = getattr(layer, f"{name}_l{l - 1}")
                held.copy_(torch.tensor(rows.reshape(held.shape)))
            second = getattr(layer, f"bias_hh_l{l - 1}").zero_()
            if net.cell == "gru":
                second[2 * n:] = torch.tensor(net.params[f"b_ag[{l}]"][:, 0])
    return layer


def by_our_names(net, layer):
    """{our name: PyTorch's gradient} of all recurrent parameters."""
    found = {}
    for l in range(1, net.L + 1):
        held = {name: getattr(layer, f"{name}_l{l - 1}").grad.numpy()
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
        for ours, name in (("W_x", "weight_ih"), ("W_a", "weight_hh"), ("b_", "bias_ih")):
            blocks = np.split(held[name], len(ORDER[net.cell]))
            found |= {f"{ours}{k}[{l}]": v for k, v in zip(ORDER[net.cell], blocks)}
        if net.cell == "gru":
            found[f"b_ag[{l}]"] = np.split(held["bias_hh"], 3)[2]
    return found


@pytest.mark.parametrize(("T", "m", "n", "L"), [(6, 3, 5, 2), (1, 1, 1, 1), (30, 2, 4, 1)])
@pytest.mark.parametrize("cell", ORDER)
def test_torchs_own_gated_layers_agree_in_values_and_every_gradient(cell, T, m, n, L):
    case = Case(cell, "squared", units=(n,) * L, T=T, m=m, mask=False)
    net, fwd, _ = case.run()
    d_a = np.random.default_rng(3).normal(size=(T, n, m))
    bwd = net.backward(fwd, d_a=d_a)
    layer, x = torchs_layer(net), leaf(fwd.a.over_time(0).transpose(0, 2, 1))
    start = {s: leaf(np.stack([getattr(fwd, s)[l, 0].T for l in range(1, L + 1)]))
             for s in (("a", "c") if cell == "lstm" else ("a",))}
    a, last = layer(x, tuple(start.values()) if cell == "lstm" else start["a"])
    close = {"rtol": 1e-10, "atol": 1e-13}
    np.testing.assert_allclose(fwd.a.over_time(L)[1:], a.detach().permute(0, 2, 1), **close)
    if cell == "lstm":
        np.testing.assert_allclose(fwd.c[L, T], last[1][-1].detach().T, **close)
    (a * torch.tensor(d_a).permute(0, 2, 1)).sum().backward()
    for name, grad in by_our_names(net, layer).items():
        ours = bwd.params[name]
        np.testing.assert_allclose(ours, grad.reshape(ours.shape), err_msg=name, **close)
    np.testing.assert_allclose(bwd.x.over_time(), x.grad.permute(0, 2, 1), **close)
    for s, leaves in start.items():
        for l in range(1, L + 1):
            np.testing.assert_allclose(getattr(bwd, f"{s}0")[l], leaves.grad[l - 1].T, **close)
