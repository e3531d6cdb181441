"""One table of settings: an option beats its variable, which beats the default; what cannot be used is refused."""

from dataclasses import fields
from pathlib import Path

import pytest

from deepgenealogy.errors import SettingRefused
from deepgenealogy.settings import SETTINGS, Settings, resolve

UNUSABLE = [
    ("port", "http"),
    ("port", "-1"),
    ("port", "65536"),
    ("port", ""),
    ("default_graph", "both"),
    ("threads", "0"),
    ("threads", "2.5"),
    ("query_time_limit_s", "0"),
    ("query_time_limit_s", "86400"),
    ("query_time_limit_s", "nan"),
    ("query_time_limit_s", "inf"),
    ("query_length_limit_bytes", "-5"),
    ("request_size_limit_bytes", "2 MB"),
]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS.values():
        monkeypatch.delenv(setting.variable, raising=False)


def test_the_default_holds_when_nothing_is_given() -> None:
    assert resolve("port", None, {}) == 8000


def test_the_variable_beats_the_default() -> None:
    assert resolve("port", None, {"DEEPGENEALOGY_PORT": "8001"}) == 8001


def test_the_option_beats_the_variable() -> None:
    assert resolve("port", "8002", {"DEEPGENEALOGY_PORT": "8001"}) == 8002


@pytest.mark.parametrize(("name", "text"), UNUSABLE)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        resolve(name, text, {})
    assert (caught.value.name, caught.value.value) == (name, text)


def test_a_refusal_says_what_would_be_right() -> None:
    with pytest.raises(SettingRefused, match="between 0 and 65535"):
        resolve("port", "65536", {})


def test_a_bad_variable_is_refused_like_a_bad_option() -> None:
    with pytest.raises(SettingRefused):
        resolve("threads", None, {"DEEPGENEALOGY_THREADS": "many"})


@pytest.mark.parametrize(("name", "text", "value"), [("port", "0", 0), ("port", "65535", 65_535), ("threads", "1", 1)])
def test_the_ends_of_a_range_are_good(name: str, text: str, value: int) -> None:
    assert resolve(name, text, {}) == value


def test_a_store_is_a_path() -> None:
    assert resolve("store", "/tmp/store", {}) == Path("/tmp/store")


def test_settings_hold_the_rows_of_the_table_and_no_more() -> None:
    assert [field.name for field in fields(Settings)] == list(SETTINGS)


def test_an_option_of_none_counts_as_not_given() -> None:
    assert Settings.of(port=None) == Settings.of()


def test_settings_take_the_options_of_a_command_line() -> None:
    assert Settings.of(host="0.0.0.0", threads="3").threads == 3


def test_settings_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_QUERY_TIME_LIMIT_S", "1.5")
    assert Settings.of().query_time_limit_s == 1.5


@pytest.mark.parametrize("name", SETTINGS)
def test_every_row_says_what_it_is_for(name: str) -> None:
    assert SETTINGS[name].help.strip()


@pytest.mark.parametrize("name", SETTINGS)
def test_every_default_is_one_that_could_have_been_given(name: str) -> None:
    default = SETTINGS[name].default()
    assert resolve(name, str(default), {}) == default


@pytest.mark.parametrize(("unit", "suffix"), [("in seconds", "_s"), ("in bytes", "_bytes")])
def test_units_stand_in_the_names(unit: str, suffix: str) -> None:
    measured = [row.name for row in SETTINGS.values() if unit in row.help]
    assert measured
    assert all(name.endswith(suffix) for name in measured)
