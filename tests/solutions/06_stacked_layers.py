"""Solutions to 06_stacked_layers."""

# exercise: parameter_count
def parameter_count(n_x, units, n_y):
    below = [n_x, *units[:-1]]
    layers = sum(n * n_below + n * n + n for n, n_below in zip(units, below))
    return layers + n_y * units[-1] + n_y

# exercise: stacked_forward
def stacked_forward(W_x1, W_a1, b1, W_x2, W_a2, b2, x):
    def layer(W_x, W_a, b, below):
        a = [0 * b]
        for a_below in below:
            a.append(np.tanh(b + W_a @ a[-1] + W_x @ a_below))
        return np.array(a[1:])

    a1 = layer(W_x1, W_a1, b1, x)
    return a1, layer(W_x2, W_a2, b2, a1)

# exercise: inner_node
def inner_node(W_x_above, W_a, a_t, a_above, a_next, da_above, da_next):
    from_above = W_x_above.T @ ((1 - a_above**2) * da_above)
    from_next = W_a.T @ ((1 - a_next**2) * da_next)
    return from_above + from_next

# exercise: path_count
def path_count(back, down):
    from math import comb
    return comb(back + down, down)
