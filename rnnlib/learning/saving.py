"""Parameters in a file, and back: numbers and names in a .npz, never a pickle."""
import os
import zipfile
import zlib
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from rnnlib.network import Kind, a_network

# what a damaged file, a pickle or another kind of file makes numpy's reader raise
_UNREADABLE = (ValueError, KeyError, TypeError, EOFError, NotImplementedError, RuntimeError,
               zipfile.BadZipFile, zlib.error)


def save(net, file):
    """The path of the file that now holds the network's parameters and what kind it is.

    file: a path, as `names.npz`. It is replaced in one go: if that fails, a file that was there
    stays as it was. OSError where it cannot be written.
    """
    a_network("net", net)
    file = Path(file)
    beside = file.with_name(f"{file.name}.{os.getpid()}.part")
    kind = {field.name: getattr(net.kind, field.name) for field in fields(Kind)}
    try:
        with open(beside, "wb") as out:
            np.savez(out, **kind, **net.params)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return file


def load(net, file):
    """`net`, from now on with the parameters in the file, bit for bit those that were saved.

    ValueError for what is no such file, and for the parameters of a network of another kind;
    the network is then as it was. OSError where the file cannot be read.
    """
    a_network("net", net)
    with open(file, "rb") as data:
        try:
            with np.load(data, allow_pickle=False) as found:
                kind, params = _kind(found), {name: found[name] for name in found.files}
        except _UNREADABLE:
            raise ValueError(f"{file} must be a file written by rnnlib.learning.saving.save, "
                             "but it holds something else or is damaged") from None
    if kind != net.kind:
        raise ValueError(f"{file} must hold the parameters of {net.kind}, got those of {kind}")
    for field in fields(Kind):
        del params[field.name]
    if list(params) != list(net.params):
        raise ValueError(f"{file} must hold the parameters {', '.join(net.params)}, got "
                         f"{', '.join(params) or 'none'}")
    try:
        net.params.update(params)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{file} must hold parameters that fit, but {error}") from None
    return net


def _kind(found):
    """What the file says about the network it came from."""
    kind = Kind(*(found[field.name].tolist() for field in fields(Kind)))
    return Kind(*(tuple(v) if isinstance(v, list) else v for v in astuple(kind)))
