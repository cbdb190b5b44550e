"""Laws of rnnlib.learning.saving: what was saved comes back, what does not fit changes nothing."""
import io
import pickle
import zipfile

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.learning.saving import load, save

SIZES = {"n_x": 3, "units": (4, 2), "n_y": 2}


def bits(net):
    return {name: W.tobytes() for name, W in net.params.items()}


@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru"])
def test_saved_is_loaded_bit_for_bit(tmp_path, cell):
    net, other = rl.Network(**SIZES, cell=cell, seed=1), rl.Network(**SIZES, cell=cell, seed=2)
    net.params["b[1]" if cell == "tanh" else "b_y"][0] = [-0.0]
    net.params["b_y"][1] = [5e-324]
    file = save(net, tmp_path / "net.npz")
    assert load(other, str(file)) is other
    assert bits(other) == bits(net)


def test_saving_replaces_the_file_and_leaves_no_other(tmp_path):
    net = rl.Network(**SIZES)
    save(net, tmp_path / "net.npz")
    net.params["b_y"] = [7.0, 8.0]
    save(net, tmp_path / "net.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["net.npz"]
    assert load(rl.Network(**SIZES), tmp_path / "net.npz").params["b_y"].tolist() == [[7.0], [8.0]]


def test_a_failed_saving_leaves_the_old_file(tmp_path, monkeypatch):
    net, file = rl.Network(**SIZES), tmp_path / "net.npz"
    save(net, file)
    before = file.read_bytes()

    def full(out, **arrays):
        out.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        save(net, file)
    assert file.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("change", [
    {"n_x": 2}, {"units": (4, 3)}, {"units": (4,)}, {"n_y": 3}, {"cell": "relu"}, {"cell": "gru"},
    {"loss": "squared"},
])
def test_the_file_of_another_network_is_refused(tmp_path, change):
    file = save(rl.Network(**{**SIZES, **change}), tmp_path / "net.npz")
    net = rl.Network(**SIZES)
    before = bits(net)
    with pytest.raises(ValueError, match=r"must hold the parameters of Network\(n_x=3, .* got "):
        load(net, file)
    assert bits(net) == before


def wrong_files():
    """{name: writer of a file that is not one of ours}."""
    net = rl.Network(**SIZES)
    kind = {"n_x": 3, "units": (4, 2), "n_y": 2, "cell": "tanh", "loss": "softmax"}
    params = dict(net.params)

    def npz(**arrays):
        return lambda path: np.savez(path, **arrays)

    def cut(path):
        save(net, path)
        path.write_bytes(path.read_bytes()[:-200])

    def turned(path):
        save(net, path)
        data = bytearray(path.read_bytes())
        data[data.index(b"W_a[1].npy") + 200] ^= 1
        path.write_bytes(bytes(data))

    return {
        "text": lambda path: path.write_text("W_y = 1"),
        "empty": lambda path: path.write_bytes(b""),
        "pickle": lambda path: path.write_bytes(pickle.dumps(params)),
        "one array": lambda path: path.write_bytes(_npy(np.ones(3))),
        "cut off": cut,
        "a bit turned": turned,
        "no kind": npz(**params),
        "objects": npz(**kind, **{**params, "W_y": np.array([{}, None], dtype=object)}),
        "one missing": npz(**kind, **{k: v for k, v in params.items() if k != "W_y"}),
        "one more": npz(**kind, **params, W_z=np.ones(2)),
        "another shape": npz(**kind, **{**params, "b_y": np.ones((3, 1))}),
        "no number": npz(**kind, **{**params, "b_y": np.full((2, 1), np.nan)}),
        "complex": npz(**kind, **{**params, "b_y": np.full((2, 1), 1j)}),
    }


def _npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


@pytest.mark.parametrize("what", wrong_files())
def test_what_is_no_such_file_is_refused_in_one_sentence(tmp_path, what):
    path = tmp_path / "wrong.npz"
    wrong_files()[what](path)
    net = rl.Network(**SIZES)
    before = bits(net)
    with pytest.raises(ValueError, match=r"wrong\.npz must hold|wrong\.npz must be a file") as e:
        load(net, path)
    assert "\n" not in str(e.value)
    assert bits(net) == before


def test_the_head_of_a_file_is_read_before_its_contents(tmp_path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(save(rl.Network(**SIZES), tmp_path / "net.npz")) as old, \
            zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            head = np.lib.format.magic(1, 0) + _head((10**5, 10**5)) if name == "W_y.npy" else b""
            new.writestr(name, head or old.read(name))
    with pytest.raises(ValueError, match=r"bomb\.npz must be a file"):
        load(rl.Network(**SIZES), path)


def _head(shape):
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        out, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return out.getvalue()[8:]


def test_a_link_stays_and_a_folder_is_refused(tmp_path):
    net, link = rl.Network(**SIZES), tmp_path / "link.npz"
    link.symlink_to(tmp_path / "there.npz")
    save(net, link)
    assert link.is_symlink()
    assert bits(load(rl.Network(**SIZES, seed=9), tmp_path / "there.npz")) == bits(net)
    for no_file in (tmp_path, "/dev/null"):
        with pytest.raises(OSError, match="file must be the path of a file or of nothing yet"):
            save(net, no_file)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing.npz"):
        load(rl.Network(**SIZES), tmp_path / "nothing.npz")
