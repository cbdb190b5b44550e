"""Solutions to 01_unrolled_graph.

1. Rows receive, columns send: layer 1 receives 3 inputs and its own 2 units, layer 2 receives the
   2 units of layer 1 and its own 3.
2. 2 * (3 + 2 + 1) + 3 * (2 + 3 + 1) + 1 * (3 + 1) = 34, for any T.
3. All of these but the 6 biases, four times: 4 * 28 = 112.
4. Its two ways: on to the next time, and up within its own.
5. Everything from t = 2 on in layers 1 and 2, y_hat and J, but not itself, and not x, which nothing
   feeds. J[1] is not among it: no arrow leads to the left.
"""

# exercise: shapes
def shapes():
    return {"W_x[1]": (2, 3), "W_a[1]": (2, 2), "b[1]": (2, 1), "W_x[2]": (3, 2),
            "W_a[2]": (3, 3), "b[2]": (3, 1), "W_y": (1, 3), "b_y": (1, 1)}

# exercise: parameter_count
def parameter_count():
    return 2 * (3 + 2 + 1) + 3 * (2 + 3 + 1) + 1 * (3 + 1)

# exercise: connections
def connections():
    return 4 * (2 * (3 + 2) + 3 * (2 + 3) + 1 * 3)

# exercise: feeds
def feeds():
    return {"a[1, 3]", "a[2, 2]"}

# exercise: influences
def influences():
    later = {"a[1, 3]", "a[1, 4]"}
    return later | {f"{name}{t}]" for name in ("a[2, ", "y_hat[", "J[") for t in (2, 3, 4)}
