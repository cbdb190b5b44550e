"""Solutions to 04_vanishing_and_exploding.

1. Sizes of eigenvalues, complex ones included.
2. A power becomes a product of logarithms: no power is ever formed.
3. The step at t = 1 acts first, so it stands on the right.
4. The length is taken out in every step, and its logarithm kept.
5. Only an upper bound below 1 forces an outcome; rho is such a measure for a linear layer alone.
"""

# exercise: spectral_radius
def spectral_radius(W):
    return np.abs(np.linalg.eigvals(W)).max()

# exercise: logistic_bound
def logistic_bound(W_a, k):
    return k * np.log10(0.25 * np.linalg.norm(W_a, 2))

# exercise: end_to_end
def end_to_end(W_a, slopes):
    product = np.eye(len(W_a))
    for slope in slopes:
        product = np.diag(slope) @ W_a @ product
    return product

# exercise: log_gradient
def log_gradient(W_a, slopes, d):
    log = 0.0
    for slope in slopes[::-1]:
        d = W_a.T @ (slope * d)
        size = np.linalg.norm(d)
        log, d = log + np.log10(size), d / size
    return log

# exercise: what_follows
def what_follows():
    return {"linear, rho = 0.9": "vanishes", "tanh, sigma_1 = 0.9": "vanishes",
            "tanh, sigma_1 = 3": "open", "relu, rho = 0.9": "open",
            "logistic, sigma_1 = 3": "vanishes", "linear, 1.1 orthogonal": "explodes"}
