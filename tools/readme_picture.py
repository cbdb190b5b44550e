"""Write the picture of the README: one step of a backward pass, as the stepper shows it.

    python -m tools.readme_picture
"""
from pathlib import Path

import numpy as np

import rnnlib as rl

PATH = Path(__file__).resolve().parents[1] / "docs" / "backward_step.svg"


def picture():
    """The SVG of the step at which two ways meet in layer 1 at t = 3."""
    net = rl.Network(n_x=3, units=(4, 2), n_y=2, seed=0)
    x = np.random.default_rng(1).normal(size=(4, 3))
    stepper = rl.backward_stepper(net, net.forward(x, [0, 1, 1, 0]))
    says = [step["say"] for step in stepper.steps]
    stepper.frame = says.index("backward, layer 1, t = 3: two ways meet")
    return stepper.still() + "\n"


if __name__ == "__main__":
    PATH.write_text(picture(), encoding="utf-8")
