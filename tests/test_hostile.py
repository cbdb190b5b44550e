"""Hostile arguments, the small form of benchmarks/fuzz.py: a sentence of ours or a right result."""
from benchmarks import fuzz

# of all that is hostile each argument meets some, the next argument the next ones; an explorer,
# which draws where it takes something, meets only what it cannot take
STEP, OF_EXPLORERS = 9, 23


def some_of_an_explorer(k, value, words):
    return k % OF_EXPLORERS == 0 and words in fuzz.never(value)


def some(k, value, words):
    return k % STEP == 0


def test_what_does_not_fit_is_refused_by_a_sentence_of_ours(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = []
    for name, (function, right) in fuzz.calls().items():
        draws = name in fuzz.rl._ROOMS and name[0].islower()
        bad += [(name, *told, result, said[:80]) for *told, result, said in fuzz.trials(
            name, function, right, some_of_an_explorer if draws else some) if result in fuzz.BAD]
    assert not bad
