"""The rules from reuse to claims: what makes descent, and what keeps it from being claimed."""

from dataclasses import replace
from datetime import date

import pytest

from deepgenealogy.harvest.judgement import Judged, Score, blind_precision, precision, recall, sample_of_all
from deepgenealogy.harvest.rules import Claim, Decided, Known, Reuse, claims

NOTHING = Known({}, frozenset(), frozenset(), frozenset(), frozenset(), {})


def reuse(child: str, parent: str, core: int = 3, of: int = 4) -> Reuse:
    """A reuse of so many of the core classes."""
    return Reuse(child, parent, core, of, core + 1, "file.py", 1)


def verdict(found: Reuse, known: Known = NOTHING) -> tuple[str, str]:
    """The claim of one reuse, and its rule."""
    (claim,) = claims([found], known)
    return claim.claim, claim.rule


@pytest.mark.parametrize(
    ("child", "parent", "rule"),
    [
        ("pebble2", "pebble", "same-family"),
        ("pebble3_vl", "pebble2_vl", "same-family"),
        ("pebble2_moe", "pebble2", "name-within-name"),
        ("round_pebble", "pebble", "name-within-name"),
    ],
)
def test_names_are_a_second_signal(child: str, parent: str, rule: str) -> None:
    assert verdict(reuse(child, parent)) == ("derivesFrom", rule)


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("gravel", "pebble"),  # nothing agrees
        ("pebble", "pebble2"),  # the version falls
        ("pebble2_audio", "pebble2_video"),  # members of one version stand side by side
        ("pebble2_vision", "pebble2"),  # the namesake is a part
        ("pebble2_small", "pebble_server"),  # another purpose
    ],
)
def test_reuse_without_a_second_signal_is_a_candidate(child: str, parent: str) -> None:
    assert verdict(reuse(child, parent)) == ("candidateDerivation", "core-class-only")


def test_no_core_class_is_reuse_of_components() -> None:
    assert verdict(reuse("pebble2", "pebble", core=0)) == ("reusesComponentOf", "no-core-class")


@pytest.mark.parametrize(
    ("day", "claim"), [(date(2021, 2, 1), "reusesImplementationOf"), (date(2021, 1, 31), "derivesFrom")]
)
def test_a_parent_is_at_most_31_days_younger(day: date, claim: str) -> None:
    child_day = date(2020, 12, 31)
    known = replace(NOTHING, days={"pebble2": (child_day, child_day), "pebble": (day, day)})
    assert verdict(reuse("pebble2", "pebble"), known)[0] == claim


def test_words_in_the_own_paper_are_a_second_signal() -> None:
    known = replace(NOTHING, named=frozenset({("gravel", "pebble")}))
    assert verdict(reuse("gravel", "pebble"), known) == ("derivesFrom", "named-as-origin")


def test_a_default_component_is_no_parent() -> None:
    known = replace(NOTHING, components=frozenset({("pebble2", "pebble")}))
    assert verdict(reuse("pebble2", "pebble"), known) == ("candidateDerivation", "is-default-component")


def test_the_same_input_is_no_signal_by_itself() -> None:
    known = replace(NOTHING, inputs=frozenset({("gravel", "pebble"), ("round_pebble", "pebble")}))
    assert verdict(reuse("gravel", "pebble"), known) == ("candidateDerivation", "same-input-alone")
    assert verdict(reuse("round_pebble", "pebble"), known) == ("derivesFrom", "name-within-name")


def test_one_class_and_one_signal_are_too_little() -> None:
    assert verdict(reuse("pebble2", "pebble", core=1))[1] == "one-class-and-one-signal"


def test_a_decision_comes_before_every_rule() -> None:
    known = replace(NOTHING, decisions={("pebble2", "pebble"): Decided("reusesComponentOf", is_read=True)})
    assert verdict(reuse("pebble2", "pebble"), known) == ("reusesComponentOf", "reviewed")


@pytest.mark.parametrize(
    ("verdict", "is_read", "tier"),
    [
        ("derivesFrom", True, "high"),
        ("derivesFrom", False, "medium"),
        ("reusesComponentOf", False, "medium"),
        ("candidateDerivation", True, "medium"),
    ],
)
def test_the_tier_of_a_decision_follows_from_what_was_read(verdict: str, is_read: bool, tier: str) -> None:
    known = replace(NOTHING, decisions={("pebble2", "pebble"): Decided(verdict, is_read)})
    (claim,) = claims([reuse("pebble2", "pebble")], known)
    assert claim.certainty == tier


def test_descent_by_way_of_another_is_not_claimed_twice() -> None:
    made = claims(
        [reuse("pebble2", "pebble"), reuse("pebble2_moe", "pebble2"), reuse("round_pebble2_moe", "pebble2_moe")],
        NOTHING,
    )
    longer = [*(claim.reuse for claim in made), reuse("pebble2_moe", "pebble")]
    known = replace(NOTHING, named=frozenset({("pebble2_moe", "pebble")}))
    found = {(c.reuse.child, c.reuse.parent): c.rule for c in claims(longer, known)}
    assert found["pebble2_moe", "pebble"] == "descends-by-way-of-another"


def test_of_two_that_claim_each_other_the_one_with_less_reuse_is_a_candidate() -> None:
    known = replace(NOTHING, named=frozenset({("gravel", "pebble"), ("pebble", "gravel")}))
    found = {
        c.reuse.child: c.claim for c in claims([reuse("gravel", "pebble", 4), reuse("pebble", "gravel", 2)], known)
    }
    assert found == {"gravel": "derivesFrom", "pebble": "candidateDerivation"}


def test_the_interval_is_that_of_wilson() -> None:
    assert [round(bound, 4) for bound in Score(8, 10).interval] == [0.4902, 0.9433]


def test_what_is_undecided_does_not_count_as_true() -> None:
    made = [Claim(reuse(name, "pebble"), "derivesFrom", "same-family", "high") for name in ("a", "b", "c")]
    verdicts = {("a", "pebble"): "true", ("b", "pebble"): "false", ("c", "pebble"): "undecided"}
    assert precision(made, verdicts)["tier high"] == Score(1, 3)


def test_recall_tells_rules_from_decisions_and_single_steps_from_lines() -> None:
    made = [
        Claim(reuse("b", "a"), "derivesFrom", "same-family", "high"),
        Claim(reuse("c", "b"), "derivesFrom", "reviewed", "high"),
    ]
    found = recall(made, {("b", "a"), ("c", "b"), ("c", "a"), ("d", "a")})
    assert [score.right for score in found.values()] == [1, 2, 3]


MADE = {
    "quarry": [
        Claim(reuse("b", "a"), "derivesFrom", "same-family", "high"),
        Claim(reuse("c", "a"), "derivesFrom", "reviewed", "medium"),
        Claim(reuse("d", "a"), "candidateDerivation", "core-class-only", "medium"),
    ],
    "beach": [Claim(reuse("b", "a"), "derivesFrom", "reviewed", "high")],
}


def test_a_blind_sample_is_of_everything_asserted_in_any_source_and_the_same_each_time() -> None:
    drawn = sample_of_all(MADE, 10, "seed")
    assert set(drawn) == {("quarry", "b", "a"), ("quarry", "c", "a"), ("beach", "b", "a")}
    assert (sample_of_all(MADE, 2, "seed"), len(sample_of_all(MADE, 2, "seed"))) == (sample_of_all(MADE, 2, "seed"), 2)


def test_what_was_judged_blind_counts_as_it_was_drawn_and_as_it_is_asserted_now() -> None:
    judged = [
        Judged("quarry", ("b", "a"), "high", is_true=True),
        Judged("quarry", ("c", "a"), "high", is_true=False),
        Judged("quarry", ("d", "a"), "high", is_true=False),
    ]
    found = blind_precision(judged, MADE)
    assert (found["as drawn, all"], found["as drawn, tier high"]) == (Score(1, 3), Score(1, 3))
    assert (found["as drawn, tier medium"], found["still asserted"]) == (Score(0, 0), Score(1, 2))


def test_descent_that_a_blind_judge_could_not_confirm_has_tier_medium() -> None:
    (sure,) = claims([reuse("pebble2", "pebble")], NOTHING)
    (doubted,) = claims([reuse("pebble2", "pebble")], replace(NOTHING, unconfirmed=frozenset({("pebble2", "pebble")})))
    assert (sure.certainty, doubted.claim, doubted.certainty) == ("high", "derivesFrom", "medium")
