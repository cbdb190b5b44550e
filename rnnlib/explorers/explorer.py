"""What every explorer is: controls, charts in their places, pure numbers, a sentence, tables.

A subclass says what is its own. `rnnlib.widgets.panel.Panel` puts it on the page: labels,
presets, pin, reset, one picture per change, a stored picture, and tidying up after itself.
"""


class Explorer:
    """One live picture that follows its controls.

    caption   what the picture is, in one sentence
    size      (width, height) of the picture in CSS pixels
    presets   {text of a button: {control: value}}: every control that what it shows depends on;
              the others go to the start of the call
    narrows   names of controls that change the range of others
    together  names of two controls that the lessons move together; () of most
    charts    {name: (kind of Chart, place)}, or (kind, place, options of its draw); a place is
              (left, bottom, width, height) in shares of the picture

    `values` are the controls' values as attributes. Nothing but `draw` and `show` may change
    the explorer: asking for other numbers changes nothing.
    """

    caption, size, presets, narrows, together, charts = "", (840, 600), {}, (), (), {}

    def controls(self):
        """{name: control}, new ones, each at its start value."""
        raise NotImplementedError

    def numbers(self, values):
        """{name: what is plotted, and the run that it comes from}; a function of the values."""
        raise NotImplementedError

    def at_rest(self, values, numbers):
        """{name: array} to join the numbers once the hand rests: what is too dear before."""
        return {}

    def show(self, values, numbers, pinned):
        """Put the charts, `self.shown`, where these numbers belong; `pinned` is None or what was
        kept as a ghost: an object with .values and .numbers."""
        raise NotImplementedError

    def said(self, values, numbers):
        """One line that says what is seen."""
        raise NotImplementedError

    def kept(self, values, numbers):
        """What the line says of a pinned picture; by default what it says of a present one."""
        return self.said(values, numbers)

    def tables(self, values, numbers):
        """The numbers for a screen reader and for copying: a list of tables, each a dict of
        caption, header and rows; every row has a text for each word of the header."""
        raise NotImplementedError

    # -- what the panel asks for -------------------------------------------------------------
    def draw(self, figure, theme):
        """Draw every chart without data; the artists that will move."""
        self.shown = {}
        for name, (kind, place, *options) in self.charts.items():
            self.shown[name] = kind(figure.add_axes(place), theme, **dict(*options))
        return [artist for chart in self.shown.values() for artist in chart.moving]

    def reading(self, values, numbers, pinned):
        """The line above the picture."""
        said = self.said(values, numbers)
        return f"{said} [Pinned: {self.kept(pinned.values, pinned.numbers)}]" if pinned else said


def rows_over_time(columns, told, word="t = "):
    """The rows of a table, each column an array over t = 1, 2, ...; told: value -> its text."""
    return [[f"{word}{t}", *map(told, at_t)]
            for t, at_t in enumerate(zip(*columns, strict=True), 1)]
