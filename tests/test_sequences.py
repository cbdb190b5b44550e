"""Laws of rnnlib.sequences: one-hot sentences, padded batches, real weather without leaks."""
import numpy as np
import pytest

import rnnlib as rl
from rnnlib.sequences import one_hot, pad, read_weather, seattle_weather, tomorrow

HEADER = "date,precipitation,temp_max,temp_min\n"


# --- one-hot ---------------------------------------------------------------------------------

def test_every_word_has_one_column_and_repeats_share_it():
    words = ["the", "cat", "sees", "the", "dog"]
    x, vocabulary = one_hot(" ".join(words))
    assert vocabulary == ("the", "cat", "sees", "dog")
    assert x.shape == (5, 4)
    assert x.dtype == float
    assert (x.sum(axis=1) == 1).all()
    assert [vocabulary[column] for column in x.argmax(axis=1)] == words


def test_a_second_sentence_keeps_the_first_ones_vocabulary():
    _, vocabulary = one_hot("the cat sees the dog")
    x, again = one_hot(["dog", "the"], vocabulary)
    assert again == vocabulary
    assert x.tolist() == [[0, 0, 0, 1], [1, 0, 0, 0]]


@pytest.mark.parametrize(("words", "vocabulary", "error", "sentence"), [
    ("the cow", ("the", "cat"), ValueError, "'cow' is not in the vocabulary"),
    ("", None, ValueError, "words is empty"),
    ([], None, ValueError, "words is empty"),
    (["a", 3], None, TypeError, "words holds 3"),
    (7, None, TypeError, "words is a int"),
    ("a", [], ValueError, "vocabulary is empty"),
    ("a", ["a", "b", "a"], ValueError, "'a' twice"),
])
def test_words_that_cannot_be_turned_into_columns(words, vocabulary, error, sentence):
    with pytest.raises(error, match=sentence):
        one_hot(words, vocabulary)


# --- batches ---------------------------------------------------------------------------------

def test_padding_keeps_every_sequence_and_says_its_length():
    rng = np.random.default_rng(0)
    sequences = [rng.normal(size=(T, 3)) for T in (2, 5, 1)]
    x, lengths = pad(sequences)
    assert x.shape == (5, 3, 3)
    assert lengths.tolist() == [2, 5, 1]
    for i, sequence in enumerate(sequences):
        assert (x[:lengths[i], :, i] == sequence).all()
        assert not x[lengths[i]:, :, i].any()


def test_class_numbers_stay_whole_numbers():
    y, lengths = pad([[1, 2, 0], [3]])
    assert y.dtype.kind == "i"
    assert y.T.tolist() == [[1, 2, 0], [3, 0, 0]]
    assert lengths.tolist() == [3, 1]


@pytest.mark.parametrize(("sequences", "sentence"), [
    ([], "sequences is empty"),
    ([np.ones((2, 3)), np.ones((0, 3))], "sequence 1 has no times"),
    ([np.ones((2, 3)), np.ones((2, 4))], "sequence 1 has"),
    ([np.ones((2, 3, 1))], "sequence 0 has shape"),
    ([["a", "b"]], "sequence 0 has shape"),
])
def test_sequences_that_do_not_fit_together(sequences, sentence):
    with pytest.raises(ValueError, match=sentence):
        pad(sequences)


def test_a_padded_batch_has_the_loss_of_its_sentences_one_by_one():
    sentences = ("the dog sees a cat", "the cat sleeps")
    vocabulary = one_hot(" ".join(sentences)).vocabulary
    vectors = [one_hot(sentence, vocabulary).x for sentence in sentences]
    net = rl.Network(n_x=len(vocabulary), units=(4,), n_y=len(vocabulary), seed=1)
    classes = [vector.argmax(axis=1) for vector in vectors]
    x, lengths = pad(vectors)
    together = net.forward(x, pad(classes).x, lengths=lengths).loss
    alone = sum(net.forward(v, c).loss for v, c in zip(vectors, classes, strict=True))
    assert together == pytest.approx(alone, rel=1e-12)


# --- weather ---------------------------------------------------------------------------------

def test_seattle_is_whole_in_order_and_in_range():
    weather = seattle_weather()
    assert len(weather) == 1461
    assert str(weather.dates[0]) == "2012-01-01"
    assert str(weather.dates[-1]) == "2015-12-31"
    assert (np.diff(weather.dates) == np.timedelta64(1, "D")).all()
    assert [(weather.years == year).sum() for year in range(2012, 2016)] == [366, 365, 365, 365]
    ranges = {"precipitation": (0, 55.9), "temp_max": (-1.6, 35.6), "temp_min": (-7.1, 18.3)}
    for name, (low, high) in ranges.items():
        values = getattr(weather, name)
        assert (values.min(), values.max()) == (low, high)
    assert (weather.temp_max > weather.temp_min).all()
    third = (weather.precipitation[2], weather.temp_max[2], weather.temp_min[2])
    assert third == (0.8, 11.7, 7.2)


def test_weather_cannot_be_changed():
    weather = seattle_weather()
    with pytest.raises(ValueError, match="read-only"):
        weather.temp_max[0] = 0
    with pytest.raises(AttributeError):
        weather.temp_max = np.zeros(3)


def _file(tmp_path, lines):
    file = tmp_path / "weather.csv"
    file.write_text(lines, encoding="utf-8")
    return file


def test_an_empty_field_is_a_missing_value(tmp_path):
    weather = read_weather(_file(tmp_path, HEADER + "2020-02-28,0,1,0\n2020-02-29,,2,1\n"))
    assert np.isnan(weather.precipitation).tolist() == [False, True]
    assert weather.temp_max.tolist() == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("between", "point"), [",.", ";,", ";.", "\t,"])
def test_a_file_as_spreadsheets_save_it_is_read(tmp_path, encoding, between, point):
    rows = "2020-01-01,0.5,1,\n2020-01-02,0,2,0\n,,,\n".replace(".", point if point == "." else "!")
    text = (HEADER + rows).replace(",", between).replace("!", point)
    (file := tmp_path / "saved.csv").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    weather = read_weather(file)
    assert weather.precipitation.tolist() == [0.5, 0]
    assert np.isnan(weather.temp_min).tolist() == [True, False]


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "no column 'date'"),
    (HEADER, "no days"),
    ("date,temp_max,temp_min\n2020-01-01,1,2\n", "no column 'precipitation'"),
    (HEADER + "2020-01-01,0,1,0\n2020-01-03,0,1,0\n", "after 2020-01-01 comes 2020-01-03"),
    (HEADER + "2020-01-01,0,1,0\n2020-01-01,0,1,0\n", "after 2020-01-01 comes 2020-01-01"),
    (HEADER + "2020-01-01,0,warm,0\n", "line 2 of the file"),
    (HEADER + "yesterday,0,1,0\n", "line 2 of the file"),
    (HEADER + "2020-01-01,0,inf,0\n", "line 2 of the file"),
    (HEADER + ",0,1,0\n", "line 2 of the file"),
    (HEADER + "2020-01-01,0,1,5,0,5\n", "line 2 of the file"),  # numbers with a comma
    ("Datum;Regen\n", "no column 'date' in its first line, 'Datum;Regen'"),
    ("PK\x03\x04", "save it as CSV"),
])
def test_a_file_that_is_not_daily_weather(tmp_path, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_weather(_file(tmp_path, text))


# --- tomorrow --------------------------------------------------------------------------------

def test_y_is_the_next_days_target():
    weather = seattle_weather()
    forecast = tomorrow(weather, T=10, inputs=("precipitation", "temp_max"))
    for part in (forecast.train, forecast.held_out):
        T, _, m = part.x.shape
        assert part.x.shape == (T, 2, m)
        assert part.y.shape == (T, 1, m)
        day = np.searchsorted(weather.dates, part.dates)
        y = forecast.scale_y.undo(part.y[:, 0])
        assert np.allclose(y, weather.temp_max[day], rtol=0, atol=1e-12)
        for k, name in enumerate(forecast.inputs):
            x = forecast.scale_x.mean[k] + forecast.scale_x.sd[k] * part.x[:, k]
            assert np.allclose(x, getattr(weather, name)[day - 1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("held_out", [(2015,), (2013,), (2012, 2014), 2014])
def test_no_window_touches_the_other_years(held_out):
    forecast = tomorrow(seattle_weather(), T=7, held_out=held_out)
    for part, inside in ((forecast.train, False), (forecast.held_out, True)):
        days = np.concatenate([part.dates, part.dates - np.timedelta64(1, "D")])
        years = days.astype("datetime64[Y]").astype(int) + 1970
        assert (np.isin(years, held_out) == inside).all()


def test_scales_come_from_the_training_years_alone():
    weather = seattle_weather()
    hot = rl.sequences.Weather(weather.dates, weather.precipitation, weather.temp_max,
                               np.where(weather.years == 2015, 99.0, weather.temp_min))
    one, other = (tomorrow(w, inputs="temp_min", target="temp_min") for w in (weather, hot))
    assert one.scale_y == other.scale_y
    assert (one.train.x == other.train.x).all()
    assert not np.allclose(one.held_out.x, other.held_out.x)


def test_training_days_are_standardised():
    forecast = tomorrow(seattle_weather(), T=1)
    assert np.abs(forecast.train.x.mean(axis=(0, 2))).max() < 0.01
    assert np.abs(forecast.train.x.std(axis=(0, 2)) - 1).max() < 0.01


def test_no_day_is_forecast_twice_unless_asked():
    for every, twice in ((None, False), (1, True)):
        days = tomorrow(seattle_weather(), T=5, every=every).train.dates.ravel()
        assert (len(np.unique(days)) < len(days)) == twice


def test_a_window_with_a_missing_value_is_left_out_and_nothing_is_filled():
    weather = seattle_weather()
    rain = weather.precipitation.copy()
    rain[100] = np.nan
    gap = rl.sequences.Weather(weather.dates, rain, weather.temp_max, weather.temp_min)
    whole, less = (tomorrow(w, T=6, every=1) for w in (weather, gap))
    assert whole.train.x.shape[2] - less.train.x.shape[2] == 7
    assert np.isfinite(less.train.x).all()
    assert np.isfinite(less.scale_x.mean).all()
    unused = tomorrow(gap, T=6, every=1, inputs=("temp_max", "temp_min"))
    assert unused.train.x.shape[2] == whole.train.x.shape[2]


@pytest.mark.parametrize(("options", "sentence"), [
    ({"T": 0}, "T must be at least 1, got 0"),
    ({"T": 2.5}, "T must be a whole number, got 2.5"),
    ({"T": 1461}, "T is 1461"),
    ({"T": 400}, "held-out years"),
    ({"every": 0}, "every must be at least 1, got 0"),
    ({"held_out": 2020}, "held_out names 2020"),
    ({"held_out": ()}, "held_out has to leave"),
    ({"held_out": range(2012, 2016)}, "held_out has to leave"),
    ({"inputs": ()}, "inputs must hold at least 1, got 0"),
    ({"inputs": "wind"}, "inputs must be one of .*, got 'wind'"),
    ({"target": "dates"}, "target must be one of .*, got 'dates'"),
])
def test_questions_the_weather_cannot_answer(options, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        tomorrow(seattle_weather(), **options)


def test_a_constant_column_is_refused():
    weather = seattle_weather()
    dry = rl.sequences.Weather(weather.dates, np.zeros(len(weather)), weather.temp_max,
                               weather.temp_min)
    with pytest.raises(ValueError, match="no two different values"):
        tomorrow(dry)
