"""Verbs on the running service: serve, site, mcp, desk, user, backup, restore, doctor, version."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.ground import Settings

user = typer.Typer(no_args_is_help=True, help="案头的账号")
site = typer.Typer(no_args_is_help=True, help="静态网站")


def register(app: typer.Typer) -> None:
    """Add the verbs of this module."""
    app.command()(serve)
    app.add_typer(site, name="site")
    app.command()(desk)
    app.command()(backup)
    app.command()(restore)
    app.add_typer(user, name="user")
    app.command()(mcp)
    app.command()(doctor)
    app.command()(version)


def serve(
    host: Annotated[str, typer.Option(help="监听地址；不写就用设置 HEGUI_HOST")] = "",
    port: Annotated[
        int | None, typer.Option(help="监听端口；不写就用设置 HEGUI_PORT", min=0, max=65535)
    ] = None,
    build: Annotated[bool, typer.Option(help="启动前更新索引和网站")] = True,
    workers: Annotated[int, typer.Option(help="进程数；多于 1 要用 PostgreSQL", min=1, max=64)] = 1,
) -> None:
    """更新索引和网站，然后在一个端口上提供网站和助手。例：hegui serve --port 8000"""
    from rag.cli.start import get_ready
    from rag.ground import few_arenas, give_back_memory, load_settings
    from rag.release import recover

    few_arenas()
    settings = load_settings()
    host, port = host or settings.host, settings.port if port is None else port
    _check_port(host, port)
    _check_workers(settings, workers)
    recover(settings)
    helper = get_ready(settings) if build else None  # held, or its pipe would close
    give_back_memory()
    _run(settings, host, port, workers)
    if helper is not None:
        helper.terminate()


def _check_port(host: str, port: int) -> None:
    """Fail early, before any long work, if the port is taken."""
    import socket

    from rag.ground import SettingsError

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = port + 1 if 1023 < port < 65535 else 8080
            raise SettingsError(
                f"不能监听 {host}:{port}（{error.strerror}）。",
                f"换一个端口，例如 --port {other}（make serve PORT={other}）。",
            ) from error


def _check_workers(settings: Settings, workers: int) -> None:
    """Several processes share limits and questions in a database server; SQLite would let each count alone."""
    from rag.ground import SettingsError

    if workers > 1 and not settings.database_url.startswith("postgres"):
        raise SettingsError(
            f"要开 {workers} 个进程，数据库得是 PostgreSQL。",
            "设置 HEGUI_DATABASE_URL=postgresql://用户@主机/库；或者不写 --workers，只开一个进程。",
        )


def _run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Run the application until it is told to end."""
    import tempfile

    import uvicorn

    os.environ["HEGUI_HOST"], os.environ["HEGUI_PORT"] = host, str(port)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    print(
        f"==> 请用浏览器打开  http://{shown}:{port}/   （助手 /chat，接口说明 /docs；Ctrl+C 停止）",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="hegui-metrics-") as shared:
        if workers > 1:  # prometheus_client's own variable: processes count into files, /metrics adds them up
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        uvicorn.run(
            "api.app:create_default_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,  # api.logs does it, in each process
            log_level=settings.log_level,
            access_log=False,
            proxy_headers=False,  # api.proxy does it, by the number of proxies
            timeout_keep_alive=75,  # longer than a proxy keeps a connection (nginx 60 s), or a question meets one just closed
            timeout_worker_healthcheck=60,  # a slow machine loads models for longer than the default of 5 s
            timeout_graceful_shutdown=10,
        )


@site.command("build")
def site_build() -> None:
    """生成静态网站（先建在旁边，成功才替换）。例：hegui site build"""
    from rag.ground import load_settings
    from rag.release import recover
    from rag.site import build

    settings = load_settings()
    recover(settings)
    report = build(settings)
    print(f"网站已生成到 {settings.site}：{report.pages} 页，{report.seconds:.1f} 秒。")


@site.command("serve")
def site_serve(
    port: Annotated[
        int | None, typer.Option(help="监听端口；不写就用设置 HEGUI_PORT", min=0, max=65535)
    ] = None,
) -> None:
    """边改边看网站（不含助手）。例：hegui site serve --port 8080"""
    from rag.ground import load_settings
    from rag.site import serve as serve_site

    settings = load_settings()
    port = settings.port if port is None else port
    _check_port(settings.host, port)
    serve_site(settings, port)


@site.command("export")
def site_export(target: Annotated[Path, typer.Argument(help="输出文件夹")]) -> None:
    """导出成普通 Markdown，供别的网站工具使用。例：hegui site export ./out"""
    from rag.ground import load_settings
    from rag.site import export

    export(load_settings(), target)
    print(f"已导出到 {target}。")


def mcp(
    http: Annotated[
        int, typer.Option(help="用 HTTP（只监听 127.0.0.1）而不是标准输入输出：端口号", min=0)
    ] = 0,
) -> None:
    """启动 MCP 服务，供支持 MCP 的助手调用。例：hegui mcp"""
    command = [sys.executable, "-m", "api.routes.programs.mcp", *(["--http", str(http)] if http else [])]
    os.execv(sys.executable, command)


def desk(
    done: Annotated[int, typer.Option(help="把这个编号办结", min=0)] = 0,
    limit: Annotated[int, typer.Option(help="最多列多少件", min=1, max=200)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """案头收件箱里的待办：转来的问题，没有答案、没帮上忙的问题。例：hegui desk --done 3"""
    command = [sys.executable, "-m", "api.desk", "--limit", str(limit)]
    command += ["--done", str(done)] if done else []
    os.execv(sys.executable, [*command, *(["--json"] if as_json else [])])


def backup(folder: Annotated[Path, typer.Argument(help="备份到哪里：一个还没有的文件夹")]) -> None:
    """备份指引、网站、索引和数据库；服务可以一直开着。例：hegui backup /backup/2026-12-01"""
    os.execv(sys.executable, [sys.executable, "-m", "api.backup", "save", str(folder)])


def restore(
    folder: Annotated[Path, typer.Argument(help="hegui backup 生成的文件夹")],
    keep_guidelines: Annotated[
        bool, typer.Option("--keep-guidelines", help="指引留用现在的（例如从代码库取的）")
    ] = False,
) -> None:
    """从备份恢复；先停服务，原来的移到旁边，不会删掉。例：hegui restore /backup/2026-12-01"""
    command = [sys.executable, "-m", "api.backup", "restore", str(folder)]
    os.execv(sys.executable, [*command, *(["--keep-guidelines"] if keep_guidelines else [])])


@user.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="账号，小写字母和数字")],
    display: Annotated[str, typer.Option(help="姓名")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="角色：writer 编写、reviewer 审核发布、admin 管理员；可写几个")
    ] = None,
) -> None:
    """新建案头的账号，密码显示一次。例：hegui user add wang.li --display 王丽 --role writer --role reviewer"""
    roles = [part for name in role or ["writer"] for part in ("--role", name)]
    command = [sys.executable, "-m", "api.desk", "user", "add", name, "--display", display, *roles]
    os.execv(sys.executable, command)


@user.command("password")
def user_password(name: Annotated[str, typer.Argument(help="账号")]) -> None:
    """给忘了密码的账号一个新密码，显示一次。例：hegui user password admin"""
    os.execv(sys.executable, [sys.executable, "-m", "api.desk", "user", "password", name])


def doctor() -> None:
    """检查这台机器能不能运行：设置、内容、向量模型、索引、网站、数据库。例：hegui doctor"""
    from rag.cli.doctor import examine
    from rag.ground import load_settings

    findings = examine(load_settings())
    for finding in findings:
        print(f"{'正常' if finding.fine else '问题'}  {finding.what}：{finding.text}")
    raise typer.Exit(0 if all(f.fine for f in findings) else 1)


def version() -> None:
    """显示版本。"""
    from importlib.metadata import version as package_version

    print(package_version("hegui"))
