"""A question is answered first; its answer is in the page only then."""
import gc
import weakref

import pytest
from live_controls import live_widgets

from rnnlib.widgets.choices import Choices
from rnnlib.widgets.markup import marked_up, plain

SECRET = {"right": 1, "said": "*4 times*", "why": "there are < 5 words"}


def question(**options):
    return Choices("How often?", ["once", "4 times"], answered=lambda _chosen: SECRET, **options)


def from_page(asked, **message):
    asked._handle_custom_msg(message, [])


def test_nothing_of_an_answer_is_sent_before_the_reader_has_committed(kept):
    asked = kept(question())
    assert asked.comm is not None  # the page can hear of it
    asked.show_answer()
    assert (asked.state, asked.chosen, asked.answer) == ("asked", None, {})
    from_page(asked, kind="commit", chosen=0)
    assert (asked.state, asked.chosen) == ("committed", 0)
    assert asked.answer == {"right": 1, "said": "<em>4 times</em>",
                            "why": "there are &lt; 5 words"}
    from_page(asked, kind="commit", chosen=1)  # pressed twice
    assert asked.chosen == 0
    from_page(asked, kind="open")
    assert asked.state == "opened"
    from_page(asked, kind="again")
    assert (asked.state, asked.chosen, asked.answer) == ("asked", None, {})


def test_skipped_is_no_choice_and_opens_too(kept):
    asked = kept(question())
    asked.commit()
    asked.show_answer()
    assert (asked.state, asked.chosen) == ("opened", None)


@pytest.mark.parametrize("chosen", [2, -1, 0.5, "once"])
def test_only_a_choice_can_be_chosen(kept, chosen):
    asked = kept(question())
    with pytest.raises(ValueError, match="chosen must be an index below 2, got "):
        asked.commit(chosen)
    assert asked.state == "asked"


@pytest.mark.parametrize("chosen", [float("nan"), float("inf"), "1"])
def test_without_choices_a_number_is_wanted(kept, chosen):
    asked = kept(Choices("How much?"))
    with pytest.raises(ValueError, match="chosen must be a number, got "):
        asked.commit(chosen)
    asked.commit(-0.25)
    with pytest.raises(ValueError, match="there is an answer already: -0.25"):
        asked.commit(1)


def test_a_closed_question_is_let_go():
    def one():
        asked = question()
        asked.observe(lambda change: asked.show_answer(), "chosen")
        asked.commit(1)
        asked.close()
        return weakref.ref(asked)

    one()
    before = len(live_widgets())
    gone = [one() for _ in range(4)]
    gc.collect()
    assert len(live_widgets()) == before
    assert [ref() for ref in gone] == [None] * 4


@pytest.mark.parametrize(("text", "html", "said"), [
    ("a < b & *c*, *c d*", "a &lt; b &amp; <em>c</em>, <em>c d</em>", "a < b & c, c d"),
    ("**all** of `a * b * c`", "<strong>all</strong> of <code>a * b * c</code>",
     "all of a * b * c"),
    ("a⟨3⟩[1] of ⟨1⟩", "a<sup>⟨3⟩[1]</sup> of ⟨1⟩", "a⟨3⟩[1] of ⟨1⟩"),
    ("2 * 3 * 4, W_a[1]", "2 * 3 * 4, W_a[1]", "2 * 3 * 4, W_a[1]")])
def test_words_are_set_and_made_safe(text, html, said):
    assert (marked_up(text), plain(text)) == (html, said)
