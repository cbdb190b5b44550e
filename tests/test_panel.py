"""What a panel is to the front end that shows it."""
import ipywidgets

import rnnlib as rl


def test_a_panel_brings_its_bundle_where_ipywidgets_has_none(kept, monkeypatch):
    """ipywidgets 7.7.1 has no `_repr_mimebundle_`; a reader without a kernel gets words too."""
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_", raising=False)
    panel = kept(rl.vanishing_and_exploding())
    bundle, about = panel._repr_mimebundle_(include=None, exclude=None)
    assert bundle.keys() == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id
    assert bundle["text/plain"] == panel.live.still()["text/plain"]
    assert about["image/png"]["alt"] == panel.live.label
