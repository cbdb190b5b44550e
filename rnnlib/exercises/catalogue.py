"""The known bugs: what each one does wrong and where to look, in a sentence for the learner.

A sentence names the mistake and the place, and leaves the correction to the reader.
"""
from rnnlib.exercises import gates, steps

SENTENCES = {
    # forward
    "bias_forgotten":
        "The bias `b` never reaches z: the sum that makes z^{<t>} has three terms.",
    "bias_twice":
        "The bias `b` enters z twice: it is added once for each time, not once for each matrix.",
    "output_bias_forgotten":
        "y_hat lacks its own bias, `b_y`.",
    "output_bias_twice":
        "The bias `b_y` enters y_hat twice.",
    "W_x_and_W_a_swapped":
        "`W_x` and `W_a` have changed places: ask of each matrix what it multiplies, the input of "
        "this time or the state of the time before. (Where n_x differs from n the shapes do not "
        "even fit.)",
    "W_x_transposed":
        "`W_x` is transposed: row i holds what unit i takes from the inputs. It fits only where "
        "n_x = n.",
    "W_a_transposed":
        "`W_a` is transposed. It is square, so every shape fits and only the numbers tell; going "
        "forward, row i holds what unit i takes from the state before.",
    "W_y_transposed":
        "`W_y` is transposed: row k holds what output k takes from the hidden units. It fits only "
        "where n_y = n.",
    "memory_forgotten":
        "Nothing comes from the time before: without the loop this is T separate networks, not a "
        "recurrent one.",
    "state_never_updated":
        "At every time the start state comes in as `the state before`: what a^{<t>} becomes is "
        "never handed on to t+1.",
    "z_fed_back":
        "What goes on to the next time is z^{<t>}, before the tanh; the next time wants a^{<t>}.",
    "activation_forgotten":
        "a equals z: the tanh is missing, so the network is linear.",
    "logistic_activation":
        "These states come from the logistic function, which lies between 0 and 1; this layer "
        "uses tanh, between -1 and 1.",
    "activation_on_output":
        "y_hat has gone through a tanh too, so it can never leave -1 to 1; this output layer is "
        "linear.",
    "y_hat_from_z":
        "y_hat^{<t>} is made from z^{<t>}, before the tanh; the output layer sees a^{<t>}.",
    "y_hat_from_previous":
        "y_hat^{<t>} looks at a^{<t-1>}, which is one time too old. `a` has a row more than "
        "y_hat: which row of `a` is time t?",
    "x_one_step_late":
        "Each time takes the input of the time before it, and the first takes the last one (row "
        "-1 counts from the end). `x` has no row for time 0: which row is x^{<t>}?",
    "start_ignored":
        "The start state a^{<0>} is taken as zero, but it is handed in as `a0` and is not zero "
        "here. (If it were always zero, nobody would notice.)",
    "start_not_used":
        "At t = 1 the state before is taken as zero; it is a^{<0>}, the same that stands in row 0 "
        "of `a`.",
    "start_not_kept":
        "Row 0 of `a` holds zeros; it has to hold the start state a^{<0>}.",
    # a word's number in place of a one-hot vector
    "row_for_column":
        "A row of `W_x` is taken: row i holds what unit i takes from every word. What one word "
        "gives to every unit stands the other way.",
    "word_before":
        "The column of the word before it in the vocabulary is taken: words are counted from 0 "
        "here, so the number is the column's own.",
    "all_words_at_once":
        "Every column of `W_x` comes in, as if all words of the vocabulary were said at once; a "
        "one-hot vector has a single 1.",
    # loss
    "half_forgotten":
        "The factor in front is missing: our squared loss is half the squared distance, which "
        "makes its derivative simple.",
    "distance_not_squared":
        "The distances are added up as they are; the loss takes their squares.",
    "squared_after_summing":
        "The outputs' errors are added first and squared afterwards, so that errors of opposite "
        "sign cancel: square each one.",
    "loss_at_last_time":
        "This is J^{<T>}, the loss at the last time; J is the sum over all times.",
    "loss_at_first_time":
        "This is J^{<1>}, the loss at the first time; J is the sum over all times.",
    "mean_over_time":
        "This is the mean over time; J is a sum, so that each time counts the same in a short and "
        "in a long sequence.",
    "mean_over_entries":
        "This is a mean over all entries of the error; J is a sum over outputs and times.",
    # backward: the paths
    "no_path_through_next":
        "The path through the next time is missing: a^{<t>} also makes a^{<t+1>}, and blame comes "
        "back along that arrow too.",
    "no_path_from_above":
        "The path from above is missing: a^{<t>} also makes y_hat^{<t>}, whose error sends blame "
        "straight down.",
    "above_only_at_last_time":
        "Blame comes from above at t = T only and then runs back through time; but every "
        "y_hat^{<t>} sends some down to its own a^{<t>}.",
    "path_one_step_long":
        "The path through the next time stops after one step: what a^{<t+1>} hands back has to "
        "hold all that had come to it, from its own next time as well.",
    "paths_subtracted":
        "The two paths are subtracted; blame that comes along two paths adds up.",
    "paths_multiplied":
        "The two paths are multiplied; factors multiply along one path, but two paths add up.",
    "paths_averaged":
        "This is the mean of the two paths; blame that comes along two paths adds up.",
    "W_a_not_transposed":
        "`W_a` lacks its transpose on the way back. It is square, so every shape fits and only "
        "the numbers tell: backwards, unit i collects from all units it feeds, and those stand in "
        "a column.",
    "W_y_not_transposed":
        "`W_y` lacks its transpose on the way down; it fits only where n_y = n. Backwards, hidden "
        "unit i collects from all outputs it feeds.",
    "forwards_in_time":
        "The loop runs forwards in time, so blame is handed from t-1 to t; it has to start at "
        "t = T and come back.",
    "first_time_left_out":
        "The loop stops before t = 1: the weights are used there too (an end of a `range` is not "
        "reached).",
    "last_time_left_out":
        "The loop starts below t = T: the last time has a loss and uses the weights too.",
    # backward: the slope
    "slope_missing":
        "The slope g'(z) is missing between a^{<t>} and z^{<t>}: blame goes through the tanh "
        "unchanged.",
    "slope_missing_on_path":
        "The weights get their slope, but the path through time does not: what is handed back to "
        "t-1 has to have passed the tanh of time t, so hand on dJ/dz and not dJ/da.",
    "slope_missing_in_weights":
        "The path through time passes the tanh, but the weights' gradients are made from dJ/da: "
        "the weights sit before the tanh, so they want dJ/dz.",
    "slope_on_path_too_early":
        "On the path from t+1 back to t the slope is taken at t; the tanh that lies on this path "
        "is the one of time t+1.",
    "slope_one_step_early":
        "The slope at time t is taken from a^{<t-1>}. `a` has the start state in row 0: which row "
        "is time t?",
    "slope_one_step_late":
        "The slope at time t is taken from a^{<t+1>}. `a` has the start state in row 0: which row "
        "is time t?",
    "slope_of_a":
        "The slope is evaluated at a: `a` has been through the tanh already, and here it goes "
        "through once more. g'(z) can be written with a^{<t>} alone.",
    "slope_not_squared":
        "In the slope of tanh the a^{<t>} is not squared: at a = -1, a saturated unit, your slope "
        "is 2 instead of 0.",
    "logistic_slope":
        "This is the slope of the logistic function; the layer uses tanh, whose slope is 1 at "
        "a = 0.",
    # backward: the weights
    "a_now_for_a_before":
        "In dJ/dW_a the state is a^{<t>}; what `W_a` multiplies at time t is the state before.",
    "a_before_for_W_y":
        "In dJ/dW_y the state is a^{<t-1>}; what `W_y` multiplies at time t is a^{<t>}. (`a` has "
        "the start state in row 0.)",
    "outer_turned":
        "dJ/dW_a is transposed. It is square, so the shape does not tell: row i belongs to the "
        "unit that receives, as in `W_a` itself.",
    "start_not_counted":
        "The use of `W_a` at t = 1 does not count: what it multiplies there is a^{<0>}, which is "
        "not zero here.",
    "sign_wrong":
        "All signs are turned: the loss rises when y_hat rises above y, so its slope has the sign "
        "of y_hat minus y.",
    "factor_two":
        "The derivative of the loss has a factor 2 too many: our loss is half the squared "
        "distance, and the half cancels the 2.",
    "only_last_loss":
        "Only the loss at t = T is counted; J is the sum over all times, and each J^{<t>} sends "
        "its blame.",
    "overwritten":
        "The gradient holds one time alone, t = 1, where the loop ends: each pass overwrites what "
        "the passes before have found, and it should be a sum.",
    "only_term_at_last_time":
        "The gradient holds the use at t = T alone; the weights are used at every time, and their "
        "terms add up.",
    "mean_not_sum":
        "This is the mean over time. J is a sum over time, so a weight's gradient is a sum too.",
    # the itemised table
    "rows_are_uses":
        "The table is transposed: rows are the times s of the loss, columns the times t of the "
        "use, so the zeros stand above the diagonal.",
    "norm_squared":
        "These are squared norms: the root is missing.",
    "largest_for_norm":
        "This is each gradient's largest entry; the Frobenius norm takes all entries.",
    "absolute_sum_for_norm":
        "This is the sum of the absolute entries; the Frobenius norm is the root of the sum of "
        "squares.",
    "sum_for_norm":
        "This is the sum of the entries, where signs cancel; the Frobenius norm is the root of "
        "the sum of squares.",
    **steps.SENTENCES,
    **gates.SENTENCES,
}

_SLOPE = ("slope_missing", "slope_one_step_early", "slope_one_step_late", "slope_of_a",
          "slope_not_squared", "logistic_slope")
_STEP = ("bias_forgotten", "bias_twice", "memory_forgotten", "W_x_and_W_a_swapped",
         "W_x_transposed", "W_a_transposed", "activation_forgotten", "logistic_activation")

BUGS = {
    "forward_step": _STEP,
    "forward": (*_STEP, "start_ignored", "start_not_used", "start_not_kept", "z_fed_back",
                "state_never_updated", "x_one_step_late", "y_hat_from_previous", "y_hat_from_z",
                "W_y_transposed", "output_bias_forgotten", "output_bias_twice",
                "activation_on_output"),
    "word_step": ("row_for_column", "word_before", "all_words_at_once", "bias_forgotten",
                  "bias_twice", "memory_forgotten", "W_a_transposed", "activation_forgotten",
                  "logistic_activation"),
    "loss": ("half_forgotten", "loss_at_last_time", "loss_at_first_time", "mean_over_time",
             "mean_over_entries", "distance_not_squared", "squared_after_summing"),
    "backward_step": ("no_path_through_next", "no_path_from_above", "W_a_not_transposed",
                      "paths_subtracted", "paths_multiplied", "paths_averaged"),
    "backward": ("no_path_through_next", "no_path_from_above", "above_only_at_last_time",
                 "path_one_step_long", "W_a_not_transposed", "W_y_not_transposed",
                 *_SLOPE, "slope_missing_on_path", "slope_missing_in_weights",
                 "slope_on_path_too_early", "a_now_for_a_before", "a_before_for_W_y",
                 "outer_turned", "start_not_counted", "only_last_loss", "overwritten",
                 "only_term_at_last_time", "mean_not_sum", "factor_two", "sign_wrong",
                 "forwards_in_time", "first_time_left_out", "last_time_left_out"),
    "itemised": ("rows_are_uses", "no_path_through_next", "W_a_not_transposed",
                 "W_y_not_transposed", *_SLOPE, "slope_missing_on_path", "a_now_for_a_before",
                 "start_not_counted", "norm_squared", "largest_for_norm", "absolute_sum_for_norm",
                 "sum_for_norm"),
    **steps.BUGS,
    **gates.BUGS,
}
