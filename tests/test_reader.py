"""What a reader has done is kept, never in the way, and read again whatever the file holds."""
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import rnnlib as rl
from rnnlib.reader import kept as reader
from rnnlib.reader.kept import FILE

BROKEN = ("Nothing is kept: my_course.json: this is not what the course has written. "
          "Mend it or delete it.")


def spectral_radius(W_a):
    """A right answer of 04's first exercise."""
    return abs(np.linalg.eigvals(W_a)).max()


@pytest.fixture
def here(own_folder, monkeypatch):
    """The reader's own file, of which nothing has been said."""
    monkeypatch.setattr(reader, "_said", set())
    return own_folder / FILE


def checks(here):
    return json.loads(here.read_text("utf-8"))["checks"] if here.exists() else {}


def test_a_check_that_is_passed_is_kept_with_its_day(here):
    assert rl.check("spectral_radius", spectral_radius).ok
    (name, entry), = checks(here).items()
    assert name == "spectral_radius"
    assert list(entry) == ["on"]
    assert reader.day(entry)
    assert list(here.parent.iterdir()) == [here]


def test_the_first_day_stays(here):
    here.write_text('{"checks": {"spectral_radius": {"on": "2026-01-01"}}, "x": {}}', "utf-8")
    before = here.read_bytes()
    assert rl.check("spectral_radius", spectral_radius).ok
    assert here.read_bytes() == before


def test_what_is_wrong_open_or_only_shown_is_no_pass(here):
    def hole(W_a):
        raise NotImplementedError

    assert not rl.check("spectral_radius", hole)
    assert not rl.check("spectral_radius", lambda W_a: 2.0)
    # 00 shows how a check answers
    assert rl.check("parameter_count", 16, net=rl.Network(n_x=2, units=(2,), n_y=2))
    assert not here.exists()


def test_a_folder_named_by_the_environment_is_the_readers(here, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    monkeypatch.setenv("RNNLIB_KEPT", str(other))
    assert rl.check("spectral_radius", spectral_radius)
    assert ((other / FILE).exists(), here.exists()) == (True, False)


@pytest.mark.parametrize("broken", ["{", "[]", '{"checks": 3}', "\udcff", "[" * 100_000])
def test_a_file_that_is_broken_is_said_once_and_left_alone(here, broken):
    here.write_bytes(broken.encode("utf-8", "surrogateescape"))
    first, second = (rl.check("spectral_radius", spectral_radius) for _ in range(2))
    assert (first.ok, second.ok) == (True, True)
    assert first.text == f"{second.text} {BROKEN}"
    assert here.read_bytes() == broken.encode("utf-8", "surrogateescape")
    here.unlink()
    assert rl.check("spectral_radius", spectral_radius).text == second.text
    assert list(checks(here)) == ["spectral_radius"]


def test_a_folder_that_cannot_be_written_is_said_once_and_no_obstacle(here, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    first, second = (rl.check("spectral_radius", spectral_radius) for _ in range(2))
    assert (first.ok, second.ok) == (True, True)
    assert "Nothing is kept: my_course.json: Permission denied." in first.text
    assert "kept" not in second.text


@pytest.mark.parametrize("entry", [None, 3, [], "2026-01-01", {}, {"on": 5}, {"on": "yesterday"}])
def test_an_entry_without_a_day_has_none(entry):
    assert reader.day(entry) is None
    assert reader.day({"on": "2026-01-31"}) == date(2026, 1, 31)
