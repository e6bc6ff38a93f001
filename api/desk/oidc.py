"""Signing in by an OpenID Connect provider, if one is set: code flow with PKCE (Authlib). What has to be remembered between
the two steps travels in a signed cookie of ten minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import StarletteIntegration, StarletteOAuth2App
from httpx2 import HTTPError
from joserfc.errors import JoseError

from api.problems import ProblemError
from rag.ground import Settings

COOKIE = "hegui_oidc"
SECONDS = 600
WAIT = 10.0


@dataclass(frozen=True)
class Person:
    """Who the provider says it is: its issuer, the person's unchanging subject, and the name that finds the account."""

    issuer: str
    subject: str
    name: str


class Provider:
    """The provider of the settings; its addresses are read from its metadata when first needed.

    Args:
        settings: issuer, client id and secret, and the claim that names an account.
    """

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._claim = settings.oidc_claim
        self._client = StarletteOAuth2App(
            StarletteIntegration("desk"),
            name="desk",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": WAIT},
        )

    async def start(self, back: str, then: str) -> tuple[str, dict[str, Any]]:
        """Where the browser goes, and what it has to bring back.

        Args:
            back: our address the provider sends it to.
            then: the page of ours it wanted.

        Raises:
            ProblemError: 503, the provider cannot be reached.
        """
        try:
            begun = await self._client.create_authorization_url(back)
        except (HTTPError, AuthlibBaseError, ValueError, KeyError, RuntimeError) as error:
            raise _unreachable() from error
        kept = {key: begun[key] for key in ("state", "nonce", "code_verifier")}
        return begun["url"], {**kept, "then": then, "back": back}

    async def finish(self, kept: Mapping[str, Any], query: Mapping[str, str]) -> Person:
        """Who came back.

        Raises:
            ProblemError: 400 what came back does not belong to what went out, 503 the provider cannot be reached.
        """
        state, code = query.get("state", ""), query.get("code", "")
        if not code or not hmac.compare_digest(state.encode(), str(kept.get("state", "")).encode()):
            raise _refused()
        try:
            token = await self._client.fetch_access_token(
                code=code, redirect_uri=kept["back"], code_verifier=kept["code_verifier"]
            )
            claims = await self._client.parse_id_token(token, nonce=kept["nonce"])
        except HTTPError as error:
            raise _unreachable() from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError, RuntimeError) as error:
            raise _refused() from error
        if not claims or not claims.get("sub"):
            raise _refused()
        return Person(str(claims["iss"]), str(claims["sub"]), str(claims.get(self._claim, "")))


def pack(kept: Mapping[str, Any], key: bytes) -> str:
    """What has to be remembered, signed, for a cookie."""
    raw = json.dumps({**kept, "until": int(time.time()) + SECONDS}).encode()
    body = base64.urlsafe_b64encode(raw).decode()
    return f"{body}.{_signature(body, key)}"


def unpack(text: str, key: bytes) -> dict[str, Any]:
    """What was remembered.

    Raises:
        ProblemError: 400, it is none of ours or too old.
    """
    body, _, signature = text.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, key).encode()):
        raise _refused()
    kept: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body))
    if kept["until"] < time.time():
        raise _refused()
    return kept


def _signature(body: str, key: bytes) -> str:
    return hmac.new(key, f"oidc:{body}".encode(), hashlib.sha256).hexdigest()


def _refused() -> ProblemError:
    return ProblemError(
        400, "sign-in", "统一登录没有成功", "回到登录页再点一次；浏览器要允许本站的 Cookie，十分钟内完成。"
    )


def _unreachable() -> ProblemError:
    return ProblemError(503, "sign-in", "统一登录服务连不上", "请过几分钟再试，或者用账号和密码登录。")
