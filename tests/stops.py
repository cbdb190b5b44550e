"""Where an explorer's control can stand, for tests that go through its places."""


def stops(control):
    """Every option of a choice, both ends of a slider or of a whole number's range."""
    if hasattr(control, "options"):
        # pairs (text, value), or values that are their own texts
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    if hasattr(control, "max"):
        return [control.min, control.max]
    return [control._range[0], control._range[-1]]


def ends(control):
    """The first and the last of its stops."""
    return [stops(control)[0], stops(control)[-1]]
