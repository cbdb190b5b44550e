"""The matrices of a network drawn to scale, cell by cell, with how many numbers each has.

As in `rnnlib.charts.draw`: `draw_*` makes every artist once, `move_*` puts it where data say, and
`moving_*` names what moves.
"""
from itertools import product

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from rnnlib import style

# in px: where the three kinds of blocks begin, the largest block, where its words begin
STARTS, LARGEST, WORDS = {"W_x": 118, "W_a": 362, "b": 606}, 66, 12
ROW, RIGHT, LARGEST_CELL = 86, 800, 16


def draw_shapes(ax, blocks, sizes, *, words="", ghost=None, theme="light"):
    """A row for each layer, the lowest below: its matrices to scale, their shapes and numbers.

    blocks  (K, 3, 3): of layers 1.. and, last, the output, for W_x (or W_y), W_a and b: how many
            of this shape, rows, columns; 0 for what is not there
    sizes   (K, 3) how many numbers these are
    words   stand above; ghost: other blocks, kept for comparison, or None

    Returns {name: artist}. All blocks share one scale, so widths and heights can be compared.
    """
    ax.set(xlim=(0, 840), ylim=(0, 5 * ROW + 50), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.text(RIGHT, 5 * ROW + 28, "a row for each unit that receives,\na column for each that sends",
            ha="right", va="center", fontsize=style.TEXT_PX + 1)
    artists = {"ax": ax, "theme": theme,
               "words": ax.text(20, 0, "", weight="bold", va="center"),
               "grid": ax.add_collection(LineCollection([], colors=style.BACKGROUND[theme],
                                                        linewidths=0.8, zorder=3)),
               "rows": [ax.text(20, 0, "", va="center") for _ in range(5)],
               "sums": [ax.text(RIGHT, 0, "", va="center", ha="right", weight="bold")
                        for _ in range(5)]}
    for name, z in (("blocks", 2), ("ghosts", 4)):
        artists[name] = [ax.add_patch(Rectangle((0, 0), 0, 0, zorder=z)) for _ in range(15)]
    for ghost_block in artists["ghosts"]:
        ghost_block.set(fill=False, linestyle=(0, (1, 2)), linewidth=2,
                        edgecolor=style.INK[theme])
    artists["shapes"] = [ax.text(0, 0, "", va="center", fontsize=style.CHART_TEXT_PX - 1)
                         for _ in range(15)]
    move_shapes(artists, blocks, sizes, words=words, ghost=ghost)
    return artists


def moving_shapes(artists):
    """The artists of `draw_shapes` that `move_shapes` changes, as a flat list."""
    parts = [part for name, part in artists.items() if name not in ("ax", "theme")]
    return [a for part in parts for a in (part if isinstance(part, list) else [part])]


def move_shapes(artists, blocks, sizes, *, words="", ghost=None):
    """Show other matrices in a picture made by `draw_shapes`."""
    blocks = np.asarray(blocks, int)
    cell = _cell(blocks, ghost)
    _move_blocks(artists, blocks, cell)
    _place(artists["ghosts"], np.zeros((0, 3, 3), int) if ghost is None else ghost, cell)
    for i, (row, total) in enumerate(zip(artists["rows"], artists["sums"], strict=True)):
        there = i < len(blocks)
        y = _middle(i)
        row.set(y=y, text="" if not there else
                "output" if i == len(blocks) - 1 else f"layer {i + 1}")
        total.set(y=y, text=f"= {sizes[i].sum()}" if there else "")
    artists["words"].set(text=words, y=ROW * len(blocks) + 28)


def _cell(blocks, ghost):
    """The side of a cell in px: the longest side of all blocks just fits."""
    longest = max(part[..., 1:].max() for part in (blocks, ghost) if part is not None)
    return min(LARGEST / longest, LARGEST_CELL)


def _middle(i):
    """The height in px at which row i, counted from below, has its middle."""
    return ROW * (i + 0.5)


def _boxes(blocks, cell):
    """[(row, kind, how many, rows, columns, x, y, width, height)] of the blocks that are there."""
    found = []
    for i, (row, kind) in enumerate(product(range(len(blocks)), STARTS)):
        many, rows, columns = blocks[row, i % 3]
        if many:
            found.append((row, kind, many, rows, columns, STARTS[kind],
                          _middle(row) - cell * rows / 2, cell * columns, cell * rows))
    return found


def _place(patches, blocks, cell):
    """Put one rectangle on each block, and none of the others anywhere."""
    boxes = _boxes(np.asarray(blocks), cell)
    for i, patch in enumerate(patches):
        patch.set_visible(i < len(boxes))
        if i < len(boxes):
            patch.set_bounds(*boxes[i][5:])


def _move_blocks(artists, blocks, cell):
    """Rectangles in the colours of their roles, lines between the cells, shapes beside them."""
    theme, boxes = artists["theme"], _boxes(blocks, cell)
    _place(artists["blocks"], blocks, cell)
    lines = []
    for i, text in enumerate(artists["shapes"]):
        if i >= len(boxes):
            text.set_text("")
            continue
        row, kind, many, rows, columns, x, y, width, height = boxes[i]
        output = row == len(blocks) - 1
        role = "W_y" if output and kind == "W_x" else kind
        colour = style.colour(role, theme)
        artists["blocks"][i].set(facecolor=colour, edgecolor=colour)
        name = {"W_x": "W_y", "b": "b_y"}[kind] if output else f"{kind}[{row + 1}]"
        times = f"{many}·" if many > 1 else ""
        shape = f"{times}{rows}" if kind == "b" else f"{times}{rows}·{columns}"
        count = "" if shape == str(rows) else f" = {many * rows * columns}"
        text.set(position=(x + width + WORDS, y + height / 2), color=colour,
                 text=f"{name}\n{shape}{count}")
        lines += [[(x + cell * k, y), (x + cell * k, y + height)] for k in range(1, columns)]
        lines += [[(x, y + cell * k), (x + width, y + cell * k)] for k in range(1, rows)]
    artists["grid"].set_segments(lines if cell >= 3 else [])
