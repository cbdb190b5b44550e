"""Solutions to 09_training_on_real_sequences."""

# exercise: shifted
def shifted(y):
    x = np.zeros((len(y), 27))
    x[np.arange(len(y)), np.concatenate([[0], y[:-1]])] = 1
    return x

# exercise: nats_per_character
def nats_per_character(p, lengths):
    there = np.arange(len(p))[:, np.newaxis] < lengths
    return -np.log(p[there]).mean()

# exercise: at_temperature
def at_temperature(p, temperature):
    q = p ** (1 / temperature)
    return q / q.sum()

# exercise: early_stop
def early_stop(losses, patience):
    best = last = 0
    while last < len(losses) - 1 and last - best < patience:
        last += 1
        if losses[last] < losses[best]:
            best = last
    return best, last
