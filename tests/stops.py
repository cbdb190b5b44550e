"""Where an explorer's control can stand, for tests that go through its places."""
from rnnlib.widgets.controls import offered as stops


def ends(control):
    """The first and the last of its stops."""
    return [stops(control)[0], stops(control)[-1]]
