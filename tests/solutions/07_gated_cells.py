"""Solutions to 07_gated_cells."""

# exercise: lstm_step
def lstm_step(z_f, z_i, z_g, z_o, c_prev):
    c = logistic(z_f) * c_prev + logistic(z_i) * np.tanh(z_g)
    return logistic(z_o) * np.tanh(c), c

# exercise: gru_step
def gru_step(z_r, z_u, z_x, W_ag, b_ag, a_prev):
    r, u = logistic(z_r), logistic(z_u)
    g = np.tanh(z_x + r * (W_ag @ a_prev + b_ag))
    return u * a_prev + (1 - u) * g

# exercise: c_back
def c_back(da_t, o_t, f_t, c_t, c_from_next):
    dc = da_t * o_t * (1 - np.tanh(c_t)**2) + c_from_next
    return dc, f_t * dc
