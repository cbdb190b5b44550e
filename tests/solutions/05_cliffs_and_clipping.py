"""Solutions to 05_cliffs_and_clipping.

1. One norm for all numbers together, one factor, and never a factor above 1.
2. The state goes from block to block; the gradients of the blocks are added up.
"""

# exercise: clip_by_norm
def clip_by_norm(dW_a, db, threshold):
    norm = np.sqrt(np.sum(dW_a**2) + np.sum(db**2))
    factor = min(1.0, threshold / norm)
    return factor * dW_a, factor * db

# exercise: truncated
def truncated(W_x, W_a, b, W_y, b_y, x, a0, y, window):
    total, a = np.zeros_like(W_a), a0
    for start in range(0, len(x), window):
        block = slice(start, start + window)
        dW_a, a = gradient(W_x, W_a, b, W_y, b_y, x[block], a, y[block])
        total += dW_a
    return total
