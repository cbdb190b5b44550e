"""What a panel is to the front end that shows it."""
import ipywidgets
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.widgets.panel import summary


def test_a_panel_brings_its_bundle_where_ipywidgets_has_none(kept, monkeypatch):
    """ipywidgets 7.7.1 has no `_repr_mimebundle_`; a reader without a kernel gets words too."""
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_", raising=False)
    panel = kept(rl.vanishing_and_exploding())
    bundle, about = panel._repr_mimebundle_(include=None, exclude=None)
    assert bundle.keys() == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id
    assert bundle["text/plain"] == panel.live.still()["text/plain"]
    assert about["image/png"]["alt"] == panel.live.label


def test_a_closed_panel_takes_no_values():
    panel = rl.vanishing_and_exploding()
    panel.close()
    for act in (panel.reset, lambda: panel.set(rho=1)):
        with pytest.raises(ValueError, match="This picture is closed: its cell was run again"):
            act()


def test_what_rounding_left_of_0_is_told_as_0():
    assert summary({"x": np.array([-0.5, 0.5 + 1e-16, 0.0])}) == "x (3,): min -0.5, mean 0, max 0.5"
    assert summary({"x": np.array([1e-20, 3e-20])}) == "x (2,): min 1e-20, mean 2e-20, max 3e-20"
