"""Settings from the environment and from `.env` files as people write them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.ground.errors import SettingsError
from rag.ground.settings import PREFIX, Settings, load_settings


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | str], None]:
    """Puts a text into the `.env` that is read; nothing of ours stands in the environment."""
    for name in [n for n in os.environ if n.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    file = tmp_path / ".env"
    monkeypatch.setitem(Settings.model_config, "env_file", file)

    def save(text: bytes | str) -> None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    return save


def test_other_peoples_lines_are_left_alone(write: Callable[[bytes | str], None]) -> None:
    write("TZ=Asia/Shanghai\nCOMPOSE_PROJECT_NAME=x\nhegui=1\nPATH\nHEGUI_PORT=8123\n")
    assert load_settings().port == 8123


def test_as_notepad_and_people_write_it(write: Callable[[bytes | str], None]) -> None:
    write(
        b"\xef\xbb\xbfHEGUI_PORT =8123\r\n"
        + "HEGUI_CONTACT_PHONE=0571-1234 # 值班\r\nHEGUI_LLM_API_KEY=\r\nHEGUI_LLM_MODEL\r\n".encode()
    )
    settings = load_settings()
    assert (settings.port, settings.contact_phone, settings.llm_model) == (8123, "0571-1234", "")
    assert settings.llm_api_key.get_secret_value() == ""


def test_a_slip_in_our_own_names_is_refused_with_a_hint(
    write: Callable[[bytes | str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("HEGUI_PROT=8123\n")
    with pytest.raises(SettingsError, match="HEGUI_PROT。 是不是 HEGUI_PORT"):
        load_settings()
    write("")
    monkeypatch.setenv("HEGUI_TODDAY", "2026-01-01")
    with pytest.raises(SettingsError, match="HEGUI_TODDAY。 是不是 HEGUI_TODAY"):
        load_settings()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("HEGUI_PORT=abc", "HEGUI_PORT：要写成整数"),
        ("HEGUI_PORT=99999", "HEGUI_PORT：要不大于 65535"),
        ("HEGUI_LLM_TIMEOUT=0", "HEGUI_LLM_TIMEOUT：要大于 0"),
        ("HEGUI_TODAY=2026-02-30", "HEGUI_TODAY：要写成日期"),
        ("HEGUI_DAILY_BUILD=maybe", "HEGUI_DAILY_BUILD：要写成 true 或 false"),
        ("HEGUI_LOG_LEVEL=loud", "HEGUI_LOG_LEVEL：只能是 'debug'"),
        ("HEGUI_ALLOW_ORIGINS=https://a.gov.cn; script-src *", "HEGUI_ALLOW_ORIGINS：写法不对"),
        ("HEGUI_ALLOW_ORIGINS=https://a.gov.cn/page", "HEGUI_ALLOW_ORIGINS：写法不对"),
        ("HEGUI_PUBLIC_URL=example.gov.cn", "HEGUI_PUBLIC_URL：写法不对"),
        ("HEGUI_TRUST_PROXY=11", "HEGUI_TRUST_PROXY：要不大于 10"),
        ("HEGUI_LLM_OPTIONS={num", "要写成 JSON"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_plain_words(
    write: Callable[[bytes | str], None], line: str, said: str
) -> None:
    write(f"{line}\n")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert said in str(raised.value)


def test_a_file_in_another_encoding_says_how_to_save_it(write: Callable[[bytes | str], None]) -> None:
    write("HEGUI_CONTACT_NAME=值班员\n".encode("gb18030"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


@pytest.mark.parametrize(("value", "hops"), [("true", 1), ("False", 0), ("0", 0), ("1", 1), ("2", 2)])
def test_trust_in_proxies_is_their_number(
    write: Callable[[bytes | str], None], value: str, hops: int
) -> None:
    write(f"HEGUI_TRUST_PROXY={value}\n")
    assert load_settings().trust_proxy == hops


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("", ""),
        ("https://example.gov.cn", ""),
        ("https://example.gov.cn/", ""),
        ("https://example.gov.cn:8443/hegui/", "/hegui"),
        ("https://example.gov.cn/a/b", "/a/b"),
    ],
)
def test_the_path_of_the_public_address_is_where_it_stands(
    write: Callable[[bytes | str], None], address: str, base: str
) -> None:
    write(f"HEGUI_PUBLIC_URL={address}\n")
    assert load_settings().base_path == base


def test_origins_are_written_as_browsers_do(write: Callable[[bytes | str], None]) -> None:
    write("HEGUI_ALLOW_ORIGINS=https://a.gov.cn/ , http://127.0.0.1:8080\n")
    assert load_settings().origins == ("https://a.gov.cn", "http://127.0.0.1:8080")
