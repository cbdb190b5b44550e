"""Parameters in a file, and back: numbers and names in a .npz, never a pickle."""
import math
import os
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import astuple, fields

import numpy as np

from rnnlib import arguments
from rnnlib.network import Kind, plain

__all__ = ["load", "save"]
# what a damaged file, a pickle or another kind of file makes numpy's reader raise
_UNREADABLE = (ValueError, KeyError, TypeError, EOFError, NotImplementedError, RuntimeError,
               zipfile.BadZipFile, zlib.error)
# bytes that a number or a word of what kind a network is may have
WORD = 1000


def save(net, file):
    """The path of the file that now holds the network's parameters and what kind it is.

    file: a path, as `names.npz`. It is replaced in one go: if that fails, a file that was there
    stays as it was; a link stays, and the file is where it leads. OSError where it cannot be
    written, as where a folder or a device has this name.
    """
    plain(net)
    file = arguments.path("file", file)
    there = file.resolve()
    if there.exists() and not there.is_file():
        raise OSError(f"file must be the path of a file or of nothing yet, but {file} is a folder "
                      "or a device")
    kind = {field.name: getattr(net.kind, field.name) for field in fields(Kind)}
    with in_one_go(there) as beside, open(beside, "wb") as out:
        np.savez(out, **kind, **net.params)
    return file


@contextmanager
def in_one_go(path):
    """The path of a file beside another, whose place it takes once all is written into it: whole or
    not at all, whatever happens meanwhile."""
    # hidden: a list of the folder, as JupyterLab has, shall not meet it
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(net, file):
    """`net`, from now on with the parameters in the file, bit for bit those that were saved.

    ValueError for what is no such file, and for the parameters of a network of another kind;
    the network is then as it was. OSError where the file cannot be read.
    """
    plain(net)
    file = arguments.path("file", file)
    with open(file, "rb") as data:
        try:
            with zipfile.ZipFile(data) as members:
                kind = _kind(members)
                names = _names(members)
                fits = kind == net.kind and names == list(net.params)
                params = {name: _read(members, name, net.params[name].nbytes)
                          for name in names if fits}
        except _UNREADABLE:
            raise ValueError(f"{file} must be a file written by rnnlib.learning.saving.save, "
                             "but it holds something else or is damaged") from None
    if kind != net.kind:
        raise ValueError(f"{file} must hold the parameters of {net.kind}, got those of {kind}")
    if names != list(net.params):
        raise ValueError(f"{file} must hold the parameters {', '.join(net.params)}, got "
                         f"{', '.join(names) or 'none'}")
    try:
        net.params.update(params)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{file} must hold parameters that fit, but {error}") from None
    return net


def _names(members):
    """The names of the parameters in a file, in their order."""
    every = [name.removesuffix(".npy") for name in members.namelist()]
    return [name for name in every if name not in {field.name for field in fields(Kind)}]


def _kind(members):
    """What the file says about the network it came from."""
    kind = Kind(*(_read(members, field.name, WORD).tolist() for field in fields(Kind)))
    return Kind(*(tuple(v) if isinstance(v, list) else v for v in astuple(kind)))


def _read(members, name, most):
    """One array of a file, of so many bytes at most: its head is believed before it is read."""
    with members.open(f"{name}.npy") as head:
        version = np.lib.format.read_magic(head)
        read = {(1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, _, dtype = read(head)
        if math.prod(shape) * dtype.itemsize > most:
            raise ValueError(f"{name} is too large")
    with members.open(f"{name}.npy") as member:
        return np.lib.format.read_array(member, allow_pickle=False)
