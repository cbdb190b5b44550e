"""The matrices of a network drawn to scale, cell by cell, with how many numbers each has."""
from itertools import product, zip_longest

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from rnnlib import style
from rnnlib.charts.chart import Chart

# in px: where the three kinds of blocks begin, the largest block, where its words begin
STARTS, LARGEST, WORDS = {"W_x": 118, "W_a": 362, "b": 606}, 66, 12
ROW, RIGHT, LARGEST_CELL = 86, 800, 16
# at most so many layers, the output among them
MOST_ROWS = 5


class Shapes(Chart):
    """A row for each layer, the lowest below: its matrices to scale, their shapes and numbers.

    All blocks share one scale, so widths and heights can be compared.
    """

    def draw(self):
        ax, blocks = self.ax, range(MOST_ROWS * len(STARTS))
        ax.set(xlim=(0, 840), ylim=(0, MOST_ROWS * ROW + 50), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        self.rule = ax.text(
            RIGHT, MOST_ROWS * ROW + 28, "a row for each unit that receives,\na column for each "
            "that sends", ha="right", va="center", fontsize=style.TEXT_PX + 1)
        self.words = self._text(20, 0, weight="bold")
        self.grid = self.moves(ax.add_collection(LineCollection(
            [], colors=self.ground, linewidths=0.8, zorder=3)))
        self.rows = [self._text(20, _middle(i)) for i in range(MOST_ROWS)]
        self.sums = [self._text(RIGHT, _middle(i), ha="right", weight="bold")
                     for i in range(MOST_ROWS)]
        self.blocks = [self._block(zorder=2) for _ in blocks]
        self.ghosts = [self._block(zorder=4, fill=False, linestyle=(0, (1, 2)), linewidth=2,
                                   edgecolor=self.ink) for _ in blocks]
        self.shapes = [self._text(0, 0, fontsize=style.CHART_TEXT_PX - 1) for _ in blocks]

    def _text(self, x, y, **look):
        return self.make_text(x, y, transform=self.ax.transData, va="center", **look)

    def _block(self, **look):
        return self.moves(self.ax.add_patch(Rectangle((0, 0), 0, 0, **look)))

    def show(self, blocks, sizes, words="", ghost=None):
        """blocks (K, 3, 3): of layers 1.. and, last, the output, for W_x (or W_y), W_a and b: how
        many of this shape, rows, columns; 0 for what is not there. sizes (K, 3) how many numbers
        these are; words stand above; ghost: other blocks, kept for comparison, or None."""
        blocks = np.asarray(blocks, int)
        cell = _cell(blocks, ghost)
        boxes = _boxes(blocks, cell)
        self._place(self.blocks, boxes)
        self._place(self.ghosts, [] if ghost is None else _boxes(np.asarray(ghost, int), cell))
        if self.is_new("boxes", boxes):
            self._name(boxes)
            self.grid.set_segments(_between(boxes, cell))
        for i, (row, total) in enumerate(zip(self.rows, self.sums, strict=True)):
            there, output = i < len(blocks), i == len(blocks) - 1
            name = "output" if output else f"layer {i + 1}"
            self.put(row, text=name if there else "")
            self.put(total, text=f"= {sizes[i].sum()}" if there else "")
        self.put(self.words, text=words, position=(20, ROW * len(blocks) + 28))

    def _place(self, patches, boxes):
        """One rectangle on each block, and none of the others anywhere."""
        for patch, box in zip_longest(patches, boxes):
            self.put(patch, visible=box is not None)
            if box:
                *_, x, y, width, height = box
                self.put(patch, xy=(x, y), width=width, height=height)

    def _name(self, boxes):
        """The name and shape beside each block, both in the colour of its role."""
        for patch, text, box in zip_longest(self.blocks, self.shapes, boxes):
            if not box:
                self.put(text, text="")
                continue
            name, role, many, rows, columns, x, y, width, height = box
            times = f"{many}·" if many > 1 else ""
            shape = f"{times}{rows}" if role == "b" else f"{times}{rows}·{columns}"
            count = "" if shape == str(rows) else f" = {many * rows * columns}"
            patch.set(facecolor=self.colour(role), edgecolor=self.colour(role))
            text.set(position=(x + width + WORDS, y + height / 2), color=self.colour(role),
                     text=f"{name}\n{shape}{count}")


def _cell(blocks, ghost):
    """The side of a cell in px: the longest side of all blocks just fits."""
    longest = max(part[..., 1:].max() for part in (blocks, ghost) if part is not None)
    return min(LARGEST / longest, LARGEST_CELL)


def _middle(i):
    """The height in px at which row i, counted from below, has its middle."""
    return ROW * (i + 0.5)


def _boxes(blocks, cell):
    """[(name, role, how many, rows, columns, x, y, width, height)] of the blocks that are there."""
    found = []
    for row, (i, kind) in product(range(len(blocks)), enumerate(STARTS)):
        many, rows, columns = map(int, blocks[row, i])
        if many:
            name, role = f"{kind}[{row + 1}]", kind
            if row == len(blocks) - 1:
                name, role = {"W_x": ("W_y", "W_y"), "b": ("b_y", "b")}[kind]
            found.append((name, role, many, rows, columns, STARTS[kind],
                          _middle(row) - cell * rows / 2, cell * columns, cell * rows))
    return found


def _between(boxes, cell):
    """The lines between the cells of all blocks; none where cells are too small."""
    lines = []
    for *_, rows, columns, x, y, width, height in boxes if cell >= 3 else ():
        lines += [[(x + cell * k, y), (x + cell * k, y + height)] for k in range(1, columns)]
        lines += [[(x, y + cell * k), (x + width, y + cell * k)] for k in range(1, rows)]
    return lines
