"""Who learns alone: what is asked on another day, when it comes back, and what is done."""
import json
from datetime import date, timedelta
from functools import cache

import pytest
from bs4 import BeautifulSoup

import rnnlib as rl
from rnnlib.alone import QUESTIONS
from rnnlib.alone.asked import MOST
from rnnlib.alone.done import NOTEBOOKS, done
from rnnlib.alone.form import of
from rnnlib.predictions import PREDICTIONS
from rnnlib.reader.kept import FILE
from rnnlib.reader.spaced import Standing, standing
from rnnlib.widgets.markup import plain
from tools.notebooks import all_notebooks, read
from tools.site.questions import CALL

FIRST = date(2026, 1, 1)
STORED = {path.stem[:2]: read(path) for path in all_notebooks()}
WITH_QUESTIONS = list(NOTEBOOKS)[1:]
PHRASE = 6  # words in a row that no two questions share by chance
each = pytest.mark.parametrize("name", QUESTIONS)
each_notebook = pytest.mark.parametrize("number", WITH_QUESTIONS)


class Clock:
    """A clock that a test turns."""

    def __init__(self):
        self.days = 0

    def __call__(self):
        return FIRST + timedelta(self.days)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def here(own_folder):
    """The reader's own file."""
    return own_folder / FILE


def write(here, **kinds):
    here.write_text(json.dumps(kinds), encoding="utf-8")


def used(*numbers, day=FIRST):
    """What the file holds of who has made all predictions of some notebooks on a day."""
    return {name: {"chosen": None, "state": "committed", "on": f"{day}"}
            for name, one in PREDICTIONS.items()
            if one.find.__module__.endswith(tuple(f".{NOTEBOOKS[number]}" for number in numbers))}


def answer(asked, right):
    """Commits to a right or a wrong choice."""
    where = asked.prediction.choices.index(asked.prediction.answer)
    asked.commit(where if right else (where + 1) % len(asked.prediction.choices))


# ---------------------------------------------------------------- what is asked

@each
def test_a_question_has_one_answer_among_its_choices(name):
    asked = QUESTIONS[name]
    assert asked.answer in asked.choices
    assert 3 == len(set(asked.choices)) == len(asked.choices)
    assert asked.why.strip()


@cache
def taken():
    """All words of predictions and notebooks."""
    texts = [one.question for one in PREDICTIONS.values()]
    texts += [cell.source for nb in STORED.values() for cell in nb.cells]
    return " ".join(plain("\n".join(texts)).lower().split())


@each
def test_no_question_repeats_a_prediction_or_its_notebook(name):
    words = plain(QUESTIONS[name].question).lower().split()
    phrases = [" ".join(words[k:k + PHRASE]) for k in range(len(words) - PHRASE + 1)]
    assert [phrase for phrase in phrases if phrase in taken()] == []


def test_each_notebook_has_three_questions_in_its_own_file():
    assert {number: [one.title for one in of(number)] for number in NOTEBOOKS} == {
        "00": [], **{number: [f"{number}.{k}" for k in (1, 2, 3)] for number in WITH_QUESTIONS}}
    assert [one.title for one in QUESTIONS.values()] == sorted(
        one.title for one in QUESTIONS.values())
    for one in QUESTIONS.values():
        assert one.find.__module__ == f"rnnlib.alone.{NOTEBOOKS[one.title[:2]]}"


@each_notebook
def test_a_notebook_ends_in_its_questions_each_answer_folded_away(number):
    *_, text, cell = STORED[number].cells
    assert text.source.startswith("## For another day\n")
    assert "(00_start_here.ipynb#Where-you-are)" in text.source
    assert cell.source == f'rl.tomorrow("{number}")'
    ((data,),) = ([output.data for output in cell.outputs],)
    soup = BeautifulSoup(data["text/html"], "html.parser")
    folded = [answer.extract().get_text() for answer in soup.find_all("details")]
    for asked, told in zip(of(number), folded, strict=True):
        assert plain(asked.said) in told
        assert asked.text() in data["text/plain"]
        assert plain(asked.why) in told
        assert plain(asked.why) not in soup.get_text() + data["text/plain"]


def test_what_is_shown_is_stored_without_a_readers_words(here, clock, kept):
    write(here, predictions=used("03"))
    (data, *_) = (kept(rl.tomorrow("03", clock=clock))._repr_mimebundle_(),)
    *_, cell = STORED["03"].cells
    assert {kind: data[kind] for kind in ("text/html", "text/plain")} == cell.outputs[0].data


@pytest.mark.parametrize("bad", ["00", "10", 3])
def test_a_notebook_without_questions_is_named(bad):
    with pytest.raises(ValueError, match="notebook must be one of .*'01'.*, got "):
        rl.tomorrow(bad)


# ---------------------------------------------------------------- when it comes back

@pytest.mark.parametrize(("answers", "due"), [
    ([], 1),
    ([(0, True)], 1), ([(0, False)], 1),  # on the same day nothing was forgotten yet
    ([(1, True)], 1 + 3), ([(5, True)], 5 + 3), ([(1, False)], 1 + 1),
    ([(1, True), (2, True)], 1 + 3), ([(1, True), (2, False)], 2 + 1),
    ([(1, True), (4, True)], 4 + 7), ([(1, True), (4, False)], 4 + 1),
    ([(1, True), (4, True), (10, True)], 4 + 7),
    ([(1, True), (4, True), (11, True)], None),
    ([(1, True), (4, True), (11, True), (40, True)], None),
    ([(1, True), (4, True), (11, True), (40, False)], 40 + 1),
    ([(1, False), (1, True)], 1 + 1), ([(1, False), (2, True)], 2 + 3)])
def test_a_question_comes_back_after_1_3_and_7_days(answers, due):
    now = standing(None, FIRST, FIRST)
    for days, right in answers:
        now = now.answered(right, FIRST + timedelta(days))
    assert now.due == (None if due is None else FIRST + timedelta(due))


@pytest.mark.parametrize("entry", [
    3, [], {}, {"right": 1}, {"right": 4, "on": "2026-01-01"}, {"right": -1, "on": "2026-01-01"},
    {"right": "1", "on": "2026-01-01"}, {"right": None, "on": "2026-01-01"},
    {"right": 1, "on": "once"}, {"right": [], "on": "2026-01-01"}])
def test_an_entry_that_says_nothing_counts_as_none(entry):
    assert standing(entry, FIRST, FIRST) == Standing(0, FIRST)
    assert standing(entry, None, FIRST) is None


def test_a_day_to_come_is_one_of_a_clock_that_was_wrong():
    assert standing({"right": 2, "on": "9999-12-31"}, None, FIRST) == Standing(2, FIRST)


def test_an_answer_is_counted_and_tells_its_day_only_when_it_is_opened(here, clock, kept):
    write(here, predictions=used("03"), else_={"a": 1})
    clock.days = 1
    asked, other, _ = kept(rl.tomorrow("03", clock=clock)).asked
    answer(asked, right=True)
    assert asked.note == ""
    asked.show_answer()
    assert asked.note == "Asked again in notebook 00 from 2026-01-05 on."
    answer(other, right=False)
    other.show_answer()
    assert other.note == "Asked again in notebook 00 from 2026-01-03 on."
    whole = json.loads(here.read_text("utf-8"))
    assert whole["questions"] == {
        asked.prediction.name: {"right": 1, "on": "2026-01-02"},
        other.prediction.name: {"right": 0, "on": "2026-01-02"}}
    assert (whole["predictions"], whole["else_"]) == (used("03"), {"a": 1})
    # asked again on the same day it is neither forgotten nor counted twice
    asked.ask_again()
    assert (asked.state, asked.note) == ("asked", "")
    answer(asked, right=True)
    assert json.loads(here.read_text("utf-8")) == whole


def test_skipped_is_not_known(here, clock, kept):
    asked = kept(rl.tomorrow("05", clock=clock)).asked[0]
    asked.commit()
    assert standing_kept(here, asked) == {"right": 0, "on": "2026-01-01"}


def standing_kept(here, asked):
    return json.loads(here.read_text("utf-8"))["questions"][asked.prediction.name]


# ---------------------------------------------------------------- what is done

@pytest.mark.parametrize("number", NOTEBOOKS)
def test_what_counts_is_what_the_notebook_asks(number, here):
    asked = [found[1] for cell in STORED[number].cells if (found := CALL.fullmatch(cell.source))]
    checks = {tag.removeprefix("check:") for cell in STORED[number].cells
              for tag in cell.metadata.get("tags", ()) if tag.startswith("check:")}
    again = {"parameter_count"} if number == "06" else set()  # 01 asks it, too
    write(here, predictions={name: {} for name in asked}, checks={name: {} for name in checks})
    found = {one.number: one for one in done(FIRST)}[number]
    assert found.predictions == (len(asked), len(asked))
    assert found.checks == (len(checks - again), len(checks - again))


def test_without_a_file_the_table_says_so_on_any_day(here, clock, kept):
    first = kept(rl.progress(clock=clock))
    clock.days = 5000
    assert kept(rl.progress(clock=clock)).html() == first.html()
    (cell,) = [cell for cell in STORED["00"].cells if cell.source == "rl.progress()"]
    assert cell.outputs[0].data == {"text/html": first.html(), "text/plain": first.text()}
    assert [row[3:] for row in first.rows] == [("–", "–")] * 10
    assert first.asked == []
    assert not here.exists()


def test_the_table_is_one_for_a_screen_reader(here, kept):
    soup = BeautifulSoup(kept(rl.progress()).html(), "html.parser")
    assert soup.caption.get_text()
    heads = [head.get_text() for head in soup.find_all("th", scope="col")]
    for row in soup.tbody.find_all("tr"):
        assert len(row.find_all("th", scope="row")) == 1
        assert len(row.find_all(["th", "td"])) == len(heads)
    assert soup.find(role="status").get_text().startswith("No question is due.")


def row(panel, number):
    (found,) = [cells for title, *cells in panel.rows if title.startswith(number)]
    return found


def test_the_table_says_what_is_done_and_00_asks_what_is_due(here, clock, kept):
    write(here, predictions=used("03"), checks={"backward": {"on": "2026-01-02"}})
    clock.days = 1
    assert row(kept(rl.progress(clock=clock)), "03") == [
        "15 of 15", "1 of 3", "2026-01-02", "from 2026-01-03 on"]
    clock.days = 2
    panel = kept(rl.progress(clock=clock))
    assert row(panel, "03")[-1] == "3 due"
    assert panel.said == "3 questions are due. Answer without looking back."
    assert [one.prediction for one in panel.asked] == of("03")
    for one, right in zip(panel.asked, (True, True, False)):
        answer(one, right)
    # the table follows
    assert row(panel, "03")[-1] == "from 2026-01-04 on"
    assert "from 2026-01-04 on" in panel.table.value
    assert kept(rl.progress(clock=clock)).asked == []
    clock.days = 3
    assert [one.prediction for one in kept(rl.progress(clock=clock)).asked] == of("03")[2:]
    clock.days = 5
    again = kept(rl.progress(clock=clock))
    assert [one.prediction for one in again.asked] == [of("03")[2], *of("03")[:2]]
    assert again.html().count("<details>") == 3


def test_what_is_known_is_not_asked_again(here, clock, kept):
    write(here, questions={one.name: {"right": 3, "on": "2026-01-01"} for one in of("03")})
    clock.days = 1000
    panel = kept(rl.progress(clock=clock))
    assert (row(panel, "03")[-1], panel.asked) == ("all known", [])


def test_before_half_way_nothing_is_asked(here, clock, kept):
    names = list(used("03"))
    clock.days = 10
    for many, questions in ((7, 0), (8, 3)):
        write(here, predictions={name: {"on": f"{FIRST}"} for name in names[:many]})
        panel = kept(rl.progress(clock=clock))
        assert (row(panel, "03")[0], len(panel.asked)) == (f"{many} of 15", questions)


def test_of_many_some_are_asked_the_longest_waiting_first(here, clock, kept):
    write(here, predictions={**used("04", "07", day=FIRST), **used("02", day=date(2025, 12, 31))})
    clock.days = 30
    panel = kept(rl.progress(clock=clock))
    assert [one.prediction for one in panel.asked] == [*of("02"), *of("04")]
    assert len(panel.asked) == MOST
    assert panel.said.startswith("9 questions are due, the first 6 of them below; then run this")
    answer(panel.asked[0], right=True)
    assert panel.said.startswith("8 questions are due")


@pytest.mark.parametrize("broken", ["{", "[]", '{"checks": 3}'])
def test_a_broken_file_is_said_and_left_alone(here, clock, kept, broken):
    here.write_text(broken, encoding="utf-8")
    sentence = ("Nothing is kept: my_course.json: this is not what the course has written. "
                "Mend it or delete it.")
    panel = kept(rl.progress(clock=clock))
    assert (panel.said, panel.rows, panel.asked) == (sentence, [], [])
    asked = kept(rl.tomorrow("03", clock=clock)).asked[0]
    answer(asked, right=True)
    assert (asked.note, asked.state) == (sentence, "committed")
    asked.show_answer()
    assert asked.note == sentence
    assert here.read_text("utf-8") == broken


def test_what_the_course_no_longer_knows_is_passed_over(here, clock, kept):
    write(here, predictions={"gone": {"on": "2026-01-01"}, "two ways": 3}, checks={"gone": {}},
          questions={"gone": {"right": 1, "on": "2026-01-01"}, of("03")[0].name: "x"})
    panel = kept(rl.progress(clock=clock))
    assert row(panel, "03") == ["1 of 15", "0 of 3", "–", "–"]


def test_all_goes_with_its_panel(here, clock, kept):
    write(here, predictions=used("03"))
    clock.days = 1
    panel = rl.progress(clock=clock)
    panel.close()
    assert [one.comm for one in (panel, panel.table, *panel.asked)] == [None] * 5


@pytest.mark.parametrize("clock", ["2026-11-28", lambda: "2026-11-28"])
def test_a_clock_that_tells_no_day_is_refused(clock):
    with pytest.raises(TypeError, match="clock .*(function that gives a day|must be a date)"):
        rl.tomorrow("03", clock=clock)
