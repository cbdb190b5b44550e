"""Solutions to 08_sequence_probability."""

# exercise: conditional_table
def conditional_table(p):
    return p / p.sum(axis=1, keepdims=True)

# exercise: product_of_predictions
def product_of_predictions(p):
    first = p.sum(axis=3).mean(axis=1)
    second = p.sum(axis=2)
    return first[:, None, :, None] * second[:, :, None]

# exercise: cost_in_nats
def cost_in_nats(p, q):
    there = p > 0
    return np.sum(p[there] * np.log(p[there] / q[there]))

# exercise: sequence_log_probability
def sequence_log_probability(p, y):
    return np.log(np.where(y == 1, p, 1 - p)).sum()
