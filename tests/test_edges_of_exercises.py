"""No exercise lets a slip at an edge pass: slips are made from its plain answer and its solution.

One place at a time: < for <= and back, an end of a range or of a slice one off, an index or a
count one off, + for -, min for max, the first or last of what is looped over dropped, an argument
or a result clipped. Each has to give a wrong answer in some problem; the few that cannot are
listed with the reason. (An exercise whose answer is a value has no problems to choose.)
"""
import ast
import inspect
import sys
from copy import deepcopy

import numpy as np
import pytest
from exercises import SOLUTIONS, solutions_of

from rnnlib.exercises import judge, trial
from rnnlib.exercises.form import EXERCISES
from rnnlib.exercises.gates import logistic

FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.make]
SOLVED = {name: source for file in sorted(SOLUTIONS.glob("*.py"))
          for name, source in solutions_of(file).items()}
TURNED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
          ast.NotEq: ast.Eq, ast.Add: ast.Sub, ast.Sub: ast.Add}
OTHER = {"min": "max", "max": "min", "less": "less_equal", "argmin": "argmax"}
NOT_USED = "the answer does not need this argument: a and y_hat are handed in, or the slope is"
EMPTY = "one block more, of no times at all, adds nothing"
NO_BRANCH = "what this branch does, a mistake does: the plain answer's state goes on as it is"
# slips that give the same numbers in every problem that the text of the exercise allows, and why
SAME = {
    "loss": {"size = (e ** 2).sum(axis=0)": "the sum over both axes is taken in either order"},
    "backward": {f"{name} clipped": NOT_USED for name in ("W_x", "b", "b_y", "a0")},
    "itemised": {"for s in range(0, T + 1):": "a loss time of 0 has no use time at or before it"},
    "log_gradient": {"return _log(log - (0.0 if lost else np.log10(np.linalg.norm(d))), bugs)":
                     "d has length 1 after the last step, and log 1 is 0"},
    "clip_by_norm": {"short = norm < threshold": "at norm = threshold the factor is 1 either way"},
    "truncated": {"return range(0, T + 1, length)": EMPTY,
                  "for start in range(0, len(x) + 1, window):": EMPTY,
                  **{f"if first {more}:": NO_BRANCH for more in (">= 0", "> 1", "> -1")}},
    "inner_node": {"a_t clipped": NOT_USED},
    "nats_per_character": {f"each = lost.sum(axis={axis})": "all places are summed in the end"
                           for axis in (1, -1)}}


class WithoutBugs(ast.NodeTransformer):
    """The plain answer alone: what stands behind the name of a mistake is gone."""

    def visit_Call(self, node):
        self.generic_visit(node)
        return node.args[1] if getattr(node.func, "id", "") == "pick" else node

    def visit_Compare(self, node):
        named = isinstance(node.left, ast.Constant) and getattr(
            node.comparators[0], "id", "") == "bugs"
        return ast.Constant(False) if named else self.generic_visit(node)

    def visit_BoolOp(self, node):
        self.generic_visit(node)
        never = [isinstance(value, ast.Constant) and value.value is False for value in node.values]
        return ast.Constant(False) if isinstance(node.op, ast.And) and any(never) else node

    def visit_If(self, node):
        self.generic_visit(node)
        return node.orelse or None if isinstance(node.test, ast.Constant) else node

    visit_IfExp = visit_If


def sources(name):
    """(tree, namespace) of the plain answer, its helpers in its file and the solution."""
    plain = EXERCISES[name].plain
    module = sys.modules[plain.__module__]
    functions = {node.name: node for node in ast.parse(inspect.getsource(module)).body
                 if isinstance(node, ast.FunctionDef)}
    for node in functions.values():
        node.decorator_list = []
        WithoutBugs().visit(node)
    used, new = set(), {name}
    while new:
        used |= new
        new = {node.id for one in new for node in ast.walk(functions[one])
               if isinstance(node, ast.Name) and node.id in functions} - used
    tree = ast.Module([functions[one] for one in functions if one in used], [])
    yield ast.fix_missing_locations(tree), vars(module)
    if name in SOLVED:
        yield ast.parse(SOLVED[name]), GIVEN


def notebook_gradient(W_x, W_a, b, W_y, b_y, x, a0, y):
    """dJ/dW_a and the last state, as a cell of 05 defines them for its exercise."""
    a, y_hat = EXERCISES["forward"].plain(W_x, W_a, b, W_y, b_y, x, a0)
    return EXERCISES["backward"].plain(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y)["W_a"], a[-1]


GIVEN = {"np": np, "logistic": logistic, "gradient": notebook_gradient}


def moved(node, by):
    return ast.BinOp(node, ast.Add() if by > 0 else ast.Sub(), ast.Constant(1))


def cut(node, lower, upper):
    """list(node)[lower:upper]."""
    return ast.Subscript(ast.Call(ast.Name("list", ast.Load()), [node], []),
                         ast.Slice(lower, upper), ast.Load())


LAST = ast.UnaryOp(ast.USub(), ast.Constant(1))


def edits(node):
    """Every slip at this node, as an attribute and what it becomes."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield "ops", [TURNED[type(node.ops[0])]()]
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in TURNED:
        yield "op", TURNED[type(node.op)]()
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield from (("value", node.value + by) for by in (1, -1))
    if isinstance(node, ast.Name) and node.id in OTHER:
        yield "id", OTHER[node.id]
    if isinstance(node, ast.Attribute) and node.attr in OTHER:
        yield "attr", OTHER[node.attr]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range":
        first = [] if len(node.args) > 1 else [ast.Constant(0)]
        for k, end in enumerate(ends := (first + node.args)[:2]):
            yield from (("args", [*ends[:k], moved(end, by), *ends[k + 1:], *node.args[2:]])
                        for by in (1, -1) if not isinstance(end, ast.Constant) or first)
    if isinstance(node, ast.Slice):
        yield from (("lower", moved(node.lower, by) if node.lower else ast.Constant(1))
                    for by in (1, -1) if not isinstance(node.lower, ast.Constant))
        yield from (("upper", moved(node.upper, by) if node.upper else LAST)
                    for by in (1, -1) if not isinstance(node.upper, (ast.Constant, ast.UnaryOp)))
    if isinstance(node, ast.Subscript) and not isinstance(
            node.slice, (ast.Slice, ast.Tuple, ast.Constant)):
        yield from (("slice", moved(node.slice, by)) for by in (1, -1))
    if isinstance(node, (ast.For, ast.comprehension)):
        yield "iter", cut(node.iter, ast.Constant(1), None)
        yield "iter", cut(node.iter, None, LAST)


def mutants(tree):
    """(the line with the slip, the tree with it) for every slip at every node."""
    lines = ast.unparse(tree).splitlines()
    for k, node in enumerate(ast.walk(tree)):
        for attribute, new in edits(node):
            other = deepcopy(tree)
            where = next(one for i, one in enumerate(ast.walk(other)) if i == k)
            setattr(where, attribute, deepcopy(new))
            ast.fix_missing_locations(other)
            yield next(line.strip() for line, before in zip(
                ast.unparse(other).splitlines(), lines, strict=True) if line != before), other


def clipped(name, function):
    """(which argument, the function with it clipped) for every argument of real numbers."""
    problems = EXERCISES[name].problems()
    for k, letter in enumerate(EXERCISES[name].arguments):
        values = [np.asarray(problem.arguments[letter]) for problem in problems
                  if not isinstance(problem.arguments[letter], tuple)]
        if values and all(value.dtype.kind == "f" for value in values):
            sizes = np.concatenate([value.ravel() for value in values])
            ends = (1e-6, 1 - 1e-6) if letter in "pq" else np.quantile(sizes, (0.25, 0.75))
            yield f"{letter} clipped", lambda *given, k=k, ends=ends: (
                function(*given[:k], np.clip(given[k], *ends), *given[k + 1:]))


def functions(name):
    """(how the slip reads, a function with it)."""
    for tree, namespace in sources(name):
        for told, other in mutants(tree):
            names = dict(namespace)
            exec(compile(other, "<mutant>", "exec"), names)
            yield told, names[name]
    yield from clipped(name, EXERCISES[name].plain)


def passes(name, function, seed=0):
    return all(judge._right(problem, trial.tried(EXERCISES[name], function, problem))
               for problem in EXERCISES[name].problems(seed))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_slip_at_an_edge_passes(name, monkeypatch):
    monkeypatch.setattr(trial, "SECONDS", 1)
    problems = EXERCISES[name].problems()
    monkeypatch.setattr(type(EXERCISES[name]), "problems", lambda *_: problems)
    for tree, namespace in sources(name):
        names = dict(namespace)
        exec(compile(tree, "<plain>", "exec"), names)
        assert passes(name, names[name])
    survivors = {told for told, function in functions(name) if passes(name, function)}
    assert survivors == set(SAME.get(name, {}))
