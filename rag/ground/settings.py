"""The only reader of the environment. Names start with ``HEGUI_``; a ``.env`` file in the project root is read too."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import (
    SettingsError as SourceError,
)

from rag.ground.days import BEIJING
from rag.ground.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "HEGUI_"
_ORIGIN = r"https?://[^\s/,;\"']+/?"


def _hops(value: object) -> object:
    """``true`` and ``false``, which this setting used to be, as a number of proxies."""
    return {"true": 1, "false": 0}.get(str(value).strip().lower(), value)


class _OwnLines(DotEnvSettingsSource):
    """``.env`` without the lines that are other programs' (``TZ``, ``COMPOSE_PROJECT_NAME``)."""

    def __call__(self) -> dict[str, Any]:
        """Values by field name."""
        return {name: value for name, value in super().__call__().items() if name in Settings.model_fields}


class Settings(BaseSettings):
    """All settings. Every one has a default that works offline on an ordinary machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ROOT / ".env", env_file_encoding="utf-8-sig", extra="forbid", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual sources; from ``.env`` only what is ours."""
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        return init_settings, env_settings, _OwnLines(settings_cls, env_file=dotenv_settings.env_file)

    guidelines: Path = Field(default=ROOT / "guidelines", description="指引与登记册所在文件夹")
    data: Path = Field(default=ROOT / "var", description="索引、向量缓存、数据库等运行数据所在文件夹")
    site: Path = Field(default=ROOT / "site", description="静态网站输出文件夹")
    laws: Path | None = Field(default=None, description="法律原文文件夹：设了就核对抄录和数字")

    host: str = Field(default="127.0.0.1", description="监听地址")
    port: int = Field(default=8000, ge=0, le=65535, description="监听端口")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
        description="网站对外地址，如 https://example.gov.cn；用于二维码、订阅源和站点地图。放在子目录下就连目录一起写，如 "
        "https://example.gov.cn/hegui",
    )
    edit_url: str = Field(default="", description="联络员编辑链接的前缀；留空不显示")

    embedding: str = Field(
        default="bundled",
        description="向量模型：bundled（随程序带的，按本领域问答训练）、e5（未经训练的原模型，要装 hegui[e5]）、none（只用词法检索）或 "
        "sentence-transformers:<名称或文件夹>",
    )
    reranker: str = Field(
        default="none", description="重排模型：none 或 sentence-transformers:<名称或文件夹>"
    )
    judge: str = Field(
        default="trained",
        description="评判候选条款是否答得上问题的模型：trained（随程序带的）或 none（不用）",
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
    llm_advise: bool = Field(
        default=True,
        description="设了聊天模型时，是否让它拆开一次几问的提问、挑出答得上的条款（每次提问多两次调用）",
    )
    llm_rewrite: bool = Field(default=False, description="是否用聊天模型改写追问")
    script_rewordings: int = Field(
        default=4, ge=0, le=10, description="审稿时一次最多请聊天模型改写几句；0 不请"
    )
    llm_breaker_failures: int = Field(default=3, ge=1, le=100, description="模型连续失败几次后暂停调用")
    llm_breaker_seconds: float = Field(default=30.0, gt=0, le=3600, description="暂停调用多少秒后再试一次")
    llm_price_prompt: float = Field(default=0.0, ge=0, description="每千个输入词元的价格，用于费用统计")
    llm_price_completion: float = Field(default=0.0, ge=0, description="每千个输出词元的价格，用于费用统计")

    rate_limit: int = Field(
        default=60, ge=0, le=100_000, description="每台设备（按会话 Cookie）每分钟的提问次数；0 什么都不限"
    )
    address_limit: int = Field(
        default=1200,
        ge=1,
        le=1_000_000,
        description="每个来访地址每分钟的提问次数：同一个教室、单位的人常共用一个地址，所以要宽",
    )
    retention_days: int = Field(default=180, ge=0, le=3650, description="提问与反馈保存的天数；0 不保存")
    score_share: float = Field(
        default=0.02, ge=0, le=1, description="抽多大一部分回答给联络员逐句评分，0.02 就是百分之二；0 不抽"
    )
    trust_proxy: Annotated[int, BeforeValidator(_hops)] = Field(
        default=0,
        ge=0,
        le=10,
        description="前面有几层自己的反向代理：只有 nginx 写 1，WAF 后面再是 nginx 写 2；0 不相信 X-Forwarded-For",
    )
    allow_origins: str = Field(
        default="",
        pattern=rf"^\s*({_ORIGIN}\s*(,\s*{_ORIGIN}\s*)*)?$",
        description="允许嵌入助手（组件或 iframe）和在浏览器里调用接口的其他网站，用逗号分开，如 https://a.gov.cn",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="取 /metrics 要带的口令（Authorization: Bearer 口令）；留空只有本机直接访问能取",
    )
    daily_build: bool = Field(
        default=True, description="过了北京时间零点，由服务自己重新生成网站（新版本当天变成现行）"
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
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="发答复邮件的服务器：smtp://用户:密码@主机:587（支持就加密）或 smtps://用户:密码@主机:465；留空不发邮件",
    )
    mail_from: str = Field(default="", description="答复邮件的发件地址，如 hegui@example.gov.cn")
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="统一登录（OpenID Connect）的颁发者地址，如 https://id.example.gov.cn/realms/gov；留空只用账号和密码。"
        "回调地址登记为网站地址加 /desk/oidc/back",
    )
    oidc_client_id: str = Field(default="", description="统一登录给本站的客户端编号")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="统一登录给本站的密钥")
    oidc_claim: str = Field(
        default="preferred_username", description="统一登录的哪一项是案头的账号名；第一次登录后按人绑定"
    )
    oidc_label: str = Field(default="统一身份登录", description="登录页上统一登录按钮的字")
    desk_self_review: bool = Field(
        default=False, description="案头里自己一个人写的稿子能不能自己审核通过；默认要另一个人审"
    )
    compare_questions: Path = Field(
        default=ROOT / "tests" / "eval" / "gold.jsonl",
        description="发布前“看看哪些回答会变”除了最近的真实提问，还要问的题集：一行一个 JSON，有 question 一项；没有这个文件就不问",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="日志级别")

    @property
    def effective_database_url(self) -> str:
        """The database URL for SQLAlchemy: SQLite in the data folder by default, psycopg where it only says PostgreSQL."""
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", self.database_url)
        return url or f"sqlite:///{self.data / 'app.sqlite3'}"

    @property
    def base_path(self) -> str:
        """The folder of the public address the service stands below, such as ``/hegui``; empty at the root."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def origins(self) -> tuple[str, ...]:
        """The other sites that may embed the assistant, as browsers write an origin."""
        return tuple(o.strip().rstrip("/") for o in self.allow_origins.split(",") if o.strip())

    def current_day(self) -> dt.date:
        """Today in China (UTC+8), or the fixed day."""
        return self.today or dt.datetime.now(BEIJING).date()


def load_settings() -> Settings:
    """Read settings from the environment and ``.env``; lines of other programs in it are left alone.

    Raises:
        SettingsError: a name of ours is unknown or a value is out of bounds; the message says which and what is allowed.
    """
    try:
        _refuse_unknown((*os.environ, *(name.upper() for name in DotEnvSettingsSource(Settings).env_vars)))
        return Settings()
    except UnicodeDecodeError as error:
        raise SettingsError(
            ".env 不是 UTF-8 编码，读不了。", "用记事本打开它，“另存为”时编码选 UTF-8。"
        ) from error
    except SourceError as error:
        raise SettingsError(
            "设置有误：有一项要写成 JSON。", '例如 HEGUI_LLM_OPTIONS={"num_ctx": 8192}。'
        ) from error
    except ValidationError as error:
        lines = [
            f"{PREFIX}{e['loc'][0]}".upper() + f"：{_wrong(e['type'], e.get('ctx', {}))}"
            for e in error.errors()
        ]
        raise SettingsError(
            "设置有误：" + "；".join(lines) + "。", "请改正环境变量或 .env 文件后重试。"
        ) from error


def _refuse_unknown(names: Iterable[str]) -> None:
    """Raises: SettingsError, if a name has our prefix and is none of ours: a slip must not pass for a default."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in names:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise SettingsError(
                f"不认识的设置 {name}。",
                f"是不是 {near[0]}？" if near else "可用的设置见 docs 中的设置参考。",
            )


def _wrong(kind: str, context: Mapping[str, Any]) -> str:
    """What is wrong with a value, in plain words."""
    bounds = {
        "greater_than_equal": "不小于",
        "less_than_equal": "不大于",
        "greater_than": "大于",
        "less_than": "小于",
    }
    if kind in bounds:
        return f"要{bounds[kind]} {next(iter(context.values()))}"
    if kind == "literal_error":
        return f"只能是 {str(context.get('expected', '')).replace(' or ', ' 或 ')}"
    kinds = {
        "int": "要写成整数",
        "float": "要写成数字",
        "bool": "要写成 true 或 false",
        "date": "要写成日期，如 2026-02-01",
    }
    return kinds.get(kind.partition("_")[0], "写法不对，请对照设置参考里的说明")
