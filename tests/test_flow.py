"""Itemised gradients: every item is right, and rows, columns and total are the gradients."""
import numpy as np
import pytest
from engine_cases import CASES, Case

import rnnlib as rl

SMALL = [
    Case(lengths=(5, 2)), Case("relu", "logistic", mask=False, start=False),
    Case("logistic", "squared", m=1), Case("identity", "squared", units=(2, 4, 3), m=3),
    Case(T=1), Case(units=(1,), n_x=1, n_y=1, m=1, loss="logistic", mask=False),
    Case("lstm", units=(2, 3), lengths=(5, 2)), Case("lstm", units=(3,), m=1, T=4, mask=False),
    Case("gru", units=(2, 3), lengths=(5, 2)), Case("gru", units=(3,), m=1, T=4, mask=False),
]


def names(case):
    return list(case.net().params)


@pytest.mark.parametrize(
    ("case", "name"), [(case, name) for case in SMALL for name in names(case)], ids=str)
def test_an_item_is_the_term_of_a_run_whose_loss_counts_at_one_time_only(case, name):
    net, fwd, _ = case.run()
    items = rl.flow.itemised(net, fwd, name, whole=True)
    x, y, a0, lengths, _ = case.data()
    for s in range(1, fwd.T + 1):
        only = fwd.mask.over_time().copy()
        only[np.arange(fwd.T) != s - 1] = False
        alone = net.forward(x, y, a0, lengths, mask=only, c0=case.c0())
        terms = net.backward(alone).terms(name)
        np.testing.assert_allclose(items.whole[s - 1], terms, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(items.by_loss[s - 1], terms.sum(axis=0), atol=1e-13)
        for t in range(1, fwd.T + 1):
            np.testing.assert_allclose(items[s, t], terms[t - 1], rtol=1e-11, atol=1e-14)
            np.testing.assert_allclose(items.norm(s, t), np.linalg.norm(terms[t - 1]),
                                       rtol=1e-6, atol=1e-14)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rows_columns_and_total_are_the_gradients(case):
    net, fwd, bwd = case.run()
    for name in net.params:
        items = rl.flow.itemised(net, fwd, name)
        assert items.whole is None
        np.testing.assert_allclose(items.by_use, bwd.terms(name), rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(items.by_loss.sum(axis=0), bwd.params[name], atol=1e-12)
        np.testing.assert_allclose(items.total, bwd.params[name], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["W_a[1]", "b[2]", "W_y"])
def test_no_loss_depends_on_a_later_use(name):
    net, fwd, _ = Case(T=6).run()
    items = rl.flow.itemised(net, fwd, name, whole=True)
    later = np.triu_indices(6, k=1)
    assert not items.norms[later].any()
    assert not items.whole[later].any()
    assert not items[2, 3].any()
    assert items[2, 3].shape == net.params[name].shape


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_shares_of_items_rows_and_columns_add_up_to_one(case):
    net, fwd, _ = case.run()
    for name in net.params:
        items = rl.flow.itemised(net, fwd, name, whole=True)
        whole = 1 if items.total.any() else np.nan  # nothing is a share of zero
        for parts in (items.whole, items.by_use, items.by_loss):
            assert items.share(parts).sum() == pytest.approx(whole, nan_ok=True)
        assert items.share(items.total) == pytest.approx(whole, nan_ok=True)
        assert items.share(-2 * items.total) == pytest.approx(-2 * whole, nan_ok=True)


@pytest.mark.parametrize("factor", [1e-200, 1e-150, 1.0, 1e150, 1e200])
def test_sizes_neither_overflow_nor_vanish_on_the_way(factor):
    gradients = np.array([[[3.0, 4.0]], [[0.0, 0.0]], [[0.0, -2.0]]])
    assert rl.flow.sizes(factor * gradients) == pytest.approx(factor * np.array([5.0, 0.0, 2.0]))


@pytest.mark.filterwarnings("error")
def test_what_overflows_is_infinite_and_no_warning():
    net = rl.Network(2, (2,), 1, cell="identity", loss="squared")
    net.params["W_a[1]"] = 1e160 * np.eye(2)
    fwd = net.forward(np.ones((4, 2)), np.ones((4, 1)))
    items = rl.flow.itemised(net, fwd, "W_a[1]", whole=True)
    for part in (items.total, items.by_use, items.by_loss, items[4, 1]):
        assert not np.isfinite(part).all()
    assert np.isnan(items.share(items.total))
    assert not np.isfinite(rl.flow.sizes(items.whole)).all()


@pytest.mark.parametrize("table", ["norms", "whole", "by_use", "by_loss", "total"])
def test_items_cannot_be_written(table):
    net, fwd, _ = Case().run()
    with pytest.raises(ValueError, match="read-only"):
        getattr(rl.flow.itemised(net, fwd, "W_y", whole=True), table)[...] = 1.0
