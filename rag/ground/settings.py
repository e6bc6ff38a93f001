"""The only reader of the environment. Names start with ``HEGUI_``; a ``.env`` file in the project root is read too."""

from __future__ import annotations

import datetime as dt
import difflib
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.ground.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "HEGUI_"


class Settings(BaseSettings):
    """All settings. Every one has a default that works offline on an ordinary machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ROOT / ".env", extra="forbid", frozen=True)

    guidelines: Path = Field(default=ROOT / "guidelines", description="指引与登记册所在文件夹")
    data: Path = Field(default=ROOT / "var", description="索引、向量缓存、数据库等运行数据所在文件夹")
    site: Path = Field(default=ROOT / "site", description="静态网站输出文件夹")
    laws: Path | None = Field(default=None, description="法律原文文件夹：设了就核对抄录和数字")

    host: str = Field(default="127.0.0.1", description="监听地址")
    port: int = Field(default=8000, ge=0, le=65535, description="监听端口")
    public_url: str = Field(
        default="", description="网站对外地址，如 https://example.gov.cn；用于二维码、订阅源和站点地图"
    )
    edit_url: str = Field(default="", description="联络员编辑链接的前缀；留空不显示")

    embedding: str = Field(
        default="bundled",
        description="向量模型：bundled、none（只用词法检索）或 sentence-transformers:<名称或文件夹>",
    )
    reranker: str = Field(
        default="none", description="重排模型：none 或 sentence-transformers:<名称或文件夹>"
    )
    chroma_url: str = Field(default="", description="Chroma 服务地址，如 http://127.0.0.1:8001；留空用内嵌库")
    database_url: str = Field(
        default="", description="应用数据库地址（SQLAlchemy 写法）；留空用数据文件夹里的 SQLite"
    )

    llm_model: str = Field(default="", description="聊天模型名；留空只用原文摘取")
    llm_provider: str = Field(
        default="openai",
        pattern=r"^[a-z][a-z0-9_]*$",
        description="聊天模型的供应方（langchain 的名称）：openai 指一切 OpenAI 兼容地址；其他如 ollama，要先装 langchain-ollama",
    )
    llm_base_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="聊天模型的地址，如 http://127.0.0.1:8080/v1；留空用供应方自己的地址",
    )
    llm_options: dict[str, Any] = Field(
        default_factory=dict, description='传给供应方的其他参数，写成 JSON，如 {"num_ctx": 8192}'
    )
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="聊天模型密钥；本地模型可留空")
    llm_timeout: float = Field(
        default=20.0, gt=0, le=300, description="等聊天模型的最长秒数（含重试）；超时就用原文摘取"
    )
    llm_retries: int = Field(default=1, ge=0, le=5, description="模型调用失败后重试的次数")
    llm_max_tokens: int = Field(
        default=1200,
        ge=100,
        le=20_000,
        description="模型一次最多写多少词元（openai 以外的供应方写在 HEGUI_LLM_OPTIONS 里）",
    )
    llm_rewrite: bool = Field(default=False, description="是否用聊天模型改写追问")
    llm_breaker_failures: int = Field(default=3, ge=1, le=100, description="模型连续失败几次后暂停调用")
    llm_breaker_seconds: float = Field(default=30.0, gt=0, le=3600, description="暂停调用多少秒后再试一次")
    llm_price_prompt: float = Field(default=0.0, ge=0, description="每千个输入词元的价格，用于费用统计")
    llm_price_completion: float = Field(default=0.0, ge=0, description="每千个输出词元的价格，用于费用统计")

    rate_limit: int = Field(default=60, ge=0, le=100_000, description="每个来访地址每分钟的提问次数；0 不限")
    retention_days: int = Field(default=180, ge=0, le=3650, description="提问与反馈保存的天数；0 不保存")
    trust_proxy: bool = Field(default=False, description="是否相信反向代理的 X-Forwarded-For")
    allow_origins: str = Field(
        default="", description="允许嵌入助手的其他网站地址，用逗号分开，如 https://a.gov.cn"
    )
    stale_days: int = Field(default=180, ge=1, le=3650, description="指引超过多少天没有核对就提醒")
    today: dt.date | None = Field(
        default=None, description="把“今天”固定为某一天（演示、测试用）；留空用当天"
    )

    contact_name: str = Field(default="服务联络员", description="人工联系人的称呼")
    contact_phone: str = Field(default="", description="联络电话；留空显示全国热线 12315")
    contact_url: str = Field(default="", description="联络页面地址")
    publisher: str = Field(default="", description="主办单位，写在页脚和说明页；留空不写")
    site_ids: str = Field(
        default="",
        description="网站标识码、ICP 备案号、公安备案号等，用逗号分开，写在页脚；备案号自动连到查询网站",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="日志级别")

    @property
    def effective_database_url(self) -> str:
        """The database URL, SQLite in the data folder by default."""
        return self.database_url or f"sqlite:///{self.data / 'app.sqlite3'}"

    def current_day(self) -> dt.date:
        """Today in China (UTC+8), or the fixed day."""
        return self.today or dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()


def load_settings() -> Settings:
    """Read settings from the environment and ``.env``.

    Raises:
        SettingsError: a name is unknown or a value is out of bounds; the message names it and the allowed form.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise SettingsError(
                f"不认识的设置 {name}。",
                f"是不是 {near[0]}？" if near else "可用的设置见 docs 中的设置参考。",
            )
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}：{e['msg']}" for e in error.errors()]
        raise SettingsError("设置有误：" + "；".join(lines), "请改正环境变量或 .env 文件后重试。") from error
