"""A student's function tried on one problem: its numbers, or one sentence that says why not."""
import contextlib
import inspect
import io
import linecache
import warnings
from dataclasses import dataclass

import numpy as np

from rnnlib.exercises.feedback import listed, one_line
from rnnlib.exercises.form import by_value
from rnnlib.exercises.limit import TimeUp, within

# for one call; a right answer takes a hundredth of a second at most
SECONDS = 5


@dataclass(frozen=True)
class Trial:
    """What came of one call: `values` by quantity, or None and the `trouble` in a sentence.

    hole: nothing has been filled in yet. changed: the arguments that the call has altered.
    printed: how many lines it has printed. endless: it was given up after SECONDS. turned: the
    values if the last result of several is taken for the first.
    """

    values: dict | None
    trouble: str = ""
    hole: bool = False
    changed: tuple = ()
    printed: int = 0
    endless: bool = False
    turned: dict | None = None


class _Unfit(Exception):
    """The result is not of the wanted form; the message is the sentence for the student."""


def tried(exercise, function, problem):
    """The Trial of a function on a problem; it works on copies and prints nothing."""
    # [()] makes a number of an array without axes; a tuple stays one, as a student would add to it
    given = {name: value if isinstance(value, tuple) else np.array(value)[()]
             for name, value in problem.arguments.items()}
    said = io.StringIO()
    values, trouble, hole, endless, turned = None, "", False, False, None
    try:
        with quiet(said):
            result = within(SECONDS, function, *given.values())
            hole = result is Ellipsis
            turned = _turned(exercise, result, problem)
            values = None if hole else _values(exercise, result, problem)
    except NotImplementedError:
        hole = True
    except _Unfit as unfit:
        trouble = str(unfit) if str(unfit).endswith("?") else f"{unfit}."
    except TimeUp as error:
        trouble, endless = f"With {problem}, {unended(exercise.name, function, error)}", True
    except Exception as error:  # whatever a student's function raises becomes a sentence
        trouble = f"With {problem}, {stopped(exercise.name, function, error)}."
    changed = tuple(name for name, value in problem.arguments.items()
                    if not np.array_equal(value, given[name]))
    return Trial(values, trouble, hole, changed, len(said.getvalue().splitlines()), endless,
                 turned)


@contextlib.contextmanager
def quiet(said):
    """What is printed goes to `said`; warnings go nowhere, as the result will tell."""
    with contextlib.redirect_stdout(said), np.errstate(all="ignore"), \
            warnings.catch_warnings(action="ignore"):
        yield


def misfit(exercise, function):
    """A sentence if this is no function of the exercise's arguments, else None."""
    name, wanted = exercise.name, ", ".join(exercise.arguments)
    if not callable(function):
        return (f"`{name}` is to be a function, but this is of type "
                f"{type(function).__name__}: hand over the function itself, without calling it.")
    try:
        inspect.signature(function).bind(*exercise.arguments)
    except TypeError:
        return (f"`{name}` is called with ({wanted}), in this order; yours takes "
                f"{one_line(inspect.signature(function))}.")
    except ValueError:  # a function that does not tell its signature is simply tried
        pass
    return None


def empty(answer):
    """Whether nothing has been filled in yet."""
    return answer is None or answer is Ellipsis


def answered(name, answer):
    """(answer, None); a function of no arguments is asked first. (None, sentence) if it stops."""
    if not callable(answer):
        return answer, None
    try:
        with quiet(io.StringIO()):
            found = within(SECONDS, answer)
        return found, f"{_without_a_return(name)}." if found is None else None
    except NotImplementedError:
        return None, None
    except TimeUp as error:
        return None, unended(name, answer, error)
    except Exception as error:  # whatever a student's function raises becomes a sentence
        return None, f"{stopped(name, answer, error)}."


def _without_a_return(name):
    return f"`{name}` returns None (does it end with a `return`?)"


def stopped(name, function, error):
    """Which exception, and in which of the student's lines."""
    what = f" ({one_line(error)})" if str(error) else ""
    return f"`{name}` stops{_line(function, error)} with {type(error).__name__}{what}"


def unended(name, function, error):
    """In which of the student's lines a call was when it was given up."""
    return (f"`{name}` still runs after {SECONDS} s{_line(function, error).rstrip(',')}: does a "
            "loop never end?")


def _line(function, error):
    """Where in the student's own file or cell it happened; nothing if that is not known."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    frame, own = error.__traceback__, None
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == file:
            own = frame
        frame = frame.tb_next
    if own is None:
        return ""
    source = one_line(linecache.getline(file, own.tb_lineno), most=60)
    return f" in line {own.tb_lineno}" + (f", `{source}`," if source else "")


def _values(exercise, result, problem):
    """The result's arrays by quantity, copied; _Unfit if its form or an array's is wrong."""
    named = exercise.named(_formed(exercise, result))
    absent = [name for name, value in named.items() if empty(value)]
    if absent:
        raise _Unfit(f"What is returned has no {listed(absent)} yet")
    return {quantity.name: _array(exercise, quantity, named[quantity.name], problem)
            for quantity in exercise.quantities}


def _turned(exercise, result, problem):
    """The arrays by quantity of a tuple taken from its end; None if that does not fit."""
    if exercise.form != "tuple" or not isinstance(result, (tuple, list)):
        return None
    try:
        return _values(exercise, result[::-1], problem)
    except _Unfit:
        return None


def _formed(exercise, result):
    """The result if it is a tuple or dict of the right size, where that is wanted."""
    names = [quantity.name for quantity in exercise.quantities]
    if inspect.isgenerator(result):
        raise _Unfit(f"`{exercise.name}` returns a generator (by a `yield`?), but wanted is "
                     f"{exercise.returns}")
    if result is None:
        raise _Unfit(f"{_without_a_return(exercise.name)}, but wanted is {exercise.returns}")
    fits = {"one": True, "dict": isinstance(result, dict),
            "tuple": isinstance(result, (tuple, list)) and len(result) == len(names)}
    if not fits[exercise.form]:
        many = f" of length {len(result)}" if isinstance(result, (tuple, list)) else ""
        raise _Unfit(f"`{exercise.name}` returns a {type(result).__name__}{many}, but wanted is "
                     f"{exercise.returns}")
    if exercise.form == "dict" and not set(names) <= set(result):
        absent = [name for name in names if name not in result]
        came = ", ".join(one_line(repr(key), 20) for key in result) or "none"
        raise _Unfit(f"The dict has no {listed(absent, 'or')}; the keys that came: {came}")
    return result


def _array(exercise, quantity, value, problem):
    """A fresh float array of the wanted shape with finite numbers."""
    name, want = quantity.name, problem.want[quantity.name]
    try:
        array = by_value(np.asarray(value))
    except (ValueError, TypeError, RuntimeError):
        came = (f"a tuple of {len(value)} things came where one array is wanted"
                if isinstance(value, tuple) else "do its rows differ in length?")
        raise _Unfit(f"`{name}` is no regular array: {came}") from None
    if array.dtype.kind not in "biuf":
        raise _Unfit(f"`{name}` holds {_KINDS.get(array.dtype.kind, 'things')} of type "
                     f"{array.dtype}, but real numbers are wanted")
    if array.shape != want.shape:
        raise _Unfit(f"With {problem}, `{name}` has shape {array.shape}, but {want.shape} is "
                     f"wanted{_hint(quantity, array, want) or f'. Asked is {exercise.returns}'}")
    if not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise _Unfit(f"With {problem}, {quantity.place(index)} is {array[index]}, but a finite "
                     "number is wanted")
    return np.array(array, dtype=float)


_KINDS = {"c": "complex numbers", "U": "text", "S": "text", "O": "objects"}


def _hint(quantity, array, want):
    """What a wrong shape often means."""
    came, wanted = array.shape, want.shape
    if quantity.first == 0 and came == (wanted[0] - 1, *wanted[1:]):
        return ": row 0 is the start state, so there is a row more than there are times"
    if quantity.first == 1 and came == (wanted[0] + 1, *wanted[1:]):
        return (": the last row is one too many" if np.allclose(array[:-1], want) else
                ": there is a row for each t = 1..T, and none for the start state")
    if wanted == () and came:
        return ", a single number: is a sum or a largest one still to be taken?"
    if came == wanted[::-1] and len(came) == 2:
        return ": rows and columns have changed places"
    if len(came) > len(wanted) and np.prod(came) == np.prod(wanted):
        return ": there is an axis of length 1 too many (from a slice, a column, or `*` for `@`?)"
    if len(came) > len(wanted):
        return ": there is an axis too many (a sum left out, or `*` in place of `@`?)"
    return ""
