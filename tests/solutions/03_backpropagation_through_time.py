"""Solutions to 03_backpropagation_through_time."""

# exercise: backward_step
def backward_step(W_a, dz_next, from_above):
    return from_above + W_a.T @ dz_next

# exercise: backward
def backward(W_x, W_a, b, W_y, b_y, x, a0, a, y_hat, y):
    weights = {"W_x": W_x, "W_a": W_a, "b": b, "W_y": W_y, "b_y": b_y}
    grads = {name: np.zeros_like(W) for name, W in weights.items()}
    dz_next = np.zeros_like(b)
    for t in range(len(x), 0, -1):
        dz_y = y_hat[t - 1] - y[t - 1]
        dz = (1 - a[t]**2) * (W_y.T @ dz_y + W_a.T @ dz_next)
        grads["W_y"] += np.outer(dz_y, a[t])
        grads["b_y"] += dz_y
        grads["W_x"] += np.outer(dz, x[t - 1])
        grads["W_a"] += np.outer(dz, a[t - 1])
        grads["b"] += dz
        dz_next = dz
    return grads

# exercise: itemised
def itemised(W_a, W_y, a, y_hat, y):
    T = len(y)
    norms = np.zeros((T, T))
    for s in range(1, T + 1):
        da = W_y.T @ (y_hat[s - 1] - y[s - 1])
        for t in range(s, 0, -1):
            dz = (1 - a[t]**2) * da
            norms[s - 1, t - 1] = np.linalg.norm(np.outer(dz, a[t - 1]))
            da = W_a.T @ dz
    return norms
