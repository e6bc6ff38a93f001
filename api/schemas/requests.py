"""Request bodies."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.schemas.fields import Day, History, Key, Name, Note, QuestionText, Reach, Sheet, clean_text


class Body(BaseModel):
    """Base of request bodies: unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _must_agree(value: bool) -> bool:
    if not value:
        raise PydanticCustomError("hegui_consent", "要先同意保存这个问题，才能转给联络员")
    return value


class AskBody(Body):
    """A question. Only the last 20 turns of ``history`` are used."""

    question: QuestionText = Field(description="问题，1 到 500 个字", examples=["直播时能说“全网最低价”吗？"])
    operator: Name = Field(default=None, description="经营者类型编号，如 live-room；不填表示不限")
    as_of: Day = Field(default=None, description="按哪一天的规定回答（年-月-日）；不填是今天")
    history: History = Field(default=(), description="同一次对话里先前的问答，最多用最后 20 轮")
    guideline: Name = Field(default=None, description="正在看的指引，如 live-room/price")


class ScriptBody(Body):
    """A script to be checked. Offsets in the result count the characters of ``text`` as sent."""

    text: str = Field(
        description="稿子，1 到 20000 个字，原样送来", examples=["家人们，全网最低价，最后三分钟！"]
    )
    operator: Name = Field(default=None, description="谁来说：经营者类型编号；不填表示不限")
    goods: Annotated[tuple[str, ...], Field(max_length=12)] = Field(
        default=(), description="卖的是什么：主题编号，如 food、cosmetics；不填就从稿子里认"
    )
    as_of: Day = Field(default=None, description="按哪一天的规定审（年-月-日）；不填是今天")
    reword: bool = Field(
        default=False,
        description="是否把有问题的句子（最多几句）发给聊天模型改写；改写再审一遍，没有问题的才给。没有设聊天模型时不起作用",
    )


class FeedbackBody(Body):
    """Whether an answer, a page or a rule of the script check helped."""

    answer_id: str = Field(
        min_length=1,
        max_length=200,
        description="回答的编号 id；对一份指引的页面，写 page:指引@版本，如 page:live-room/price@2026-02-01；"
        "对其中一条，再写上 #条号，如 #must-3；对审稿的一条规则，写 rule:规则编号，如 rule:price-lowest",
    )
    helpful: bool = Field(strict=True, description="有用 true，没用 false")
    comment: Note = Field(default=None, description="补充意见，最多 1000 个字")


class HandoverBody(Body):
    """A question for a liaison officer; kept only with consent."""

    question: QuestionText
    sheet: Sheet = Field(default=None, description="自查自评的全文，一行一项，最多 8000 个字")
    contact: Reach = Field(default=None, description="怎样联系提问人（可不填），最多 200 个字")
    answer_id: Key = None
    operator: Name = None
    consent: Annotated[bool, AfterValidator(_must_agree)] = Field(
        strict=True, description="提问人同意保存这个问题和联系方式，供联络员答复"
    )


class ChatMessage(BaseModel):
    """One message of an OpenAI chat; content as text or as a list of parts, of which the text parts are read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """The message's text, control characters removed."""
        if isinstance(self.content, list):
            parts = [p.get("text") for p in self.content if p.get("type") == "text"]
            return clean_text("\n".join(p for p in parts if isinstance(p, str)))
        return clean_text(self.content or "")

    @property
    def has_other_than_text(self) -> bool:
        """Whether there are pictures or files in it."""
        return isinstance(self.content, list) and any(p.get("type") != "text" for p in self.content)


class StreamOptions(BaseModel):
    """What a stream tells beside the text."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    include_usage: bool = False


class ChatBody(BaseModel):
    """An OpenAI chat request. Sampling parameters and ``stop`` are accepted and have no effect: an answer that is cut
    short could lose its condition or its source."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: str = Field(default="hegui", max_length=100)
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, ge=1)
    tool_choice: str | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    operator: Name = Field(default=None, description="我们的扩展：经营者类型编号")
    as_of: Day = Field(default=None, description="我们的扩展：按哪一天的规定回答")
