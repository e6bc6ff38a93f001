"""The form in which texts and questions are compared."""

import os
import tempfile
from pathlib import Path

import pytest

from rag.ground import words
from rag.ground.words import normalize


@pytest.mark.parametrize(
    "typed",
    [
        "全网最低价",
        "全網最低價",
        "全\u200b网\u200b最低价",
        "\ufeff全网最低价",
        "全网最1\ufe0f\u20e3低价",
        "全 网 最 低 价",
    ],
)
def test_forms_of_the_same_words_are_compared_as_one(typed: str) -> None:
    assert normalize(typed) == "全网最低价"


def test_blanks_between_words_stay() -> None:
    assert normalize("我 在 直播间 卖 货") == "我 在 直播间 卖 货"
    assert normalize("能说 全 网 最 低 价 吗") == "能说 全网最低价吗"


def test_width_and_case_are_folded_and_numbers_stay() -> None:
    assert normalize("ＭＣＮ机构罚３万元") == "mcn机构罚3万元"
    assert normalize("1\ufe0f\u20e3 先标价") == "1 先标价"


def test_the_dictionary_is_kept_where_no_other_user_can_put_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = Path(words._own_folder())
    assert mine.stat().st_mode & 0o077 == 0
    assert words._own_folder() == str(mine)
    mine.chmod(0o777)  # as another user would have made it
    other = Path(words._own_folder())
    assert other != mine
    assert other.stat().st_mode & 0o077 == 0
    other.rmdir()
    mine.rmdir()
    mine.symlink_to(tmp_path)
    assert Path(words._own_folder()) != mine
    assert mine.name == f"hegui-{os.getuid()}"
