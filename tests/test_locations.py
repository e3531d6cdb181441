"""Where the sources lie: in the folder that the environment names, else around the package."""

from pathlib import Path

import pytest

from deepgenealogy import locations
from deepgenealogy.errors import SettingRefused
from deepgenealogy.locations import FOLDERS, default_store, is_complete, sources_root


def test_the_environment_names_another_sources_folder(fabricated_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(fabricated_root))
    assert sources_root() == fabricated_root


def test_a_relative_sources_folder_is_made_absolute(fabricated_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fabricated_root.parent)
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", fabricated_root.name)
    assert sources_root() == fabricated_root


def test_a_named_folder_that_is_not_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGENEALOGY_SOURCES", str(tmp_path))
    with pytest.raises(SettingRefused, match="ontology, data, queries") as caught:
        sources_root()
    assert caught.value.value == str(tmp_path)


def test_the_checkout_around_the_package_is_found_from_any_folder(
    real_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEEPGENEALOGY_SOURCES", raising=False)
    monkeypatch.chdir(tmp_path)
    assert sources_root() == real_root


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_root_without_one_of_the_folders_is_not_complete(folder: str, fabricated_root: Path) -> None:
    (fabricated_root / folder).rename(fabricated_root / "elsewhere")
    assert not is_complete(fabricated_root)


def test_a_root_with_all_three_folders_is_complete(fabricated_root: Path) -> None:
    assert is_complete(fabricated_root)


def test_a_checkout_keeps_its_store_in_build(real_root: Path) -> None:
    assert default_store() == real_root / "build" / "store"


def test_an_installed_copy_keeps_its_store_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locations, "_CHECKOUT", tmp_path)
    assert default_store().parts[-2:] == ("deepgenealogy", "store")
    assert tmp_path not in default_store().parents
