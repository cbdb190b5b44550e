"""Questions for another day about 04: what reaches the first time."""
import math

import numpy as np

from rnnlib.activations import ACTIVATIONS
from rnnlib.alone.form import about

question = about("04")


@question("The units are logistic. Below which σ₁ of W_a must the gradient vanish?", "1/4", "1",
          "4", why="The steepest slope of the logistic function is 1/4, and γσ₁ < 1 suffices.")
def bound_of_logistic_units():
    return f"{1 / ACTIVATIONS['logistic'].gamma:g}"


@question("A linear layer with W_a = [[0.9, 10], [0, 0.9]], so ρ = 0.9. How long can a gradient "
          "of length 1 be after 5 steps back?", "at most 0.9⁵ = 0.59", "about 1", "over 30",
          why="ρ decides the long run only. The entry off the diagonal has grown to 5 · 0.9⁴ · 10 "
          "= 32.8 before the powers of 0.9 win.")
def radius_and_first_steps():
    longest = np.linalg.norm(np.linalg.matrix_power([[0.9, 10], [0, 0.9]], 5), 2)
    return "over 30" if longest > 30 else "about 1" if longest > 0.6 else "at most 0.9⁵ = 0.59"


@question("0.5, multiplied by itself 2000 times: what does float64 say of the product, and of "
          "its power of ten, added up from logarithms?", "10⁻⁶⁰², and −602", "0, and −602",
          "0, and −∞",
          why="The smallest number of float64 is near 10⁻³²⁴. A sum of 2000 logarithms is a number "
          "like any other.")
def product_and_logarithm():
    power = round(2000 * math.log10(0.5))
    return f"{0.5**2000:.0f}, and {power}".replace("-", "−")
