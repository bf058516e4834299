"""Runs mitmproxy with the filter in it. Knows mitmproxy's master and options, and the event loop."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog
from mitmproxy import options
from mitmproxy.addons import core as mitm_core
from mitmproxy.addons import disable_h2c, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master

from redact import __version__, app, jsontext
from redact.addons import authority, failures, sockets, trailers
from redact.addons.proxy import RedactAddon
from redact.app import Core
from redact.errors import RedactError, SettingsError
from redact.rules import pack_names
from redact.settings import Settings

WATCH_SECONDS = 1.0
_TELLING = ("Client TLS handshake failed", "Server TLS handshake failed", "Unable to establish TLS", "server connect")

Ready = Callable[[RedactAddon, str], Awaitable[None]]
"""Called once the filter listens, with the addon and its URL."""


async def serve(settings: Settings, ready: Ready) -> None:
    """Run the filter until SIGINT or SIGTERM. Raises SettingsError, RuleError, VaultError, AuditError at start."""
    before = _signature(settings)  # a pack that changes from here on is taken up by the watch
    built = app.core(settings)
    providers = app.provider_map(settings)
    recorder = app.recorder(settings)
    try:
        built.kept.parsers.warm()
        policy = app.policy(settings)
        addon = RedactAddon(built, settings, providers, policy, recorder, __version__)
        master = _master(settings, [*providers.host_patterns(), *policy.restrictions.hosts])
        master.addons.add(addon)
        failures.speak_json()
        sockets.write_whole()
        trailers.pass_on()
        _log_to_structlog()
        await _run(settings, master, addon, ready, before)
    finally:
        recorder.close()
        built.close()


def _master(settings: Settings, hosts: list[str]) -> Master:
    folder = authority.prepared(
        settings.state, settings.resolved(str(settings.upstream_ca)) if settings.upstream_ca else None
    )
    opts = options.Options(confdir=str(folder), listen_host=settings.host, listen_port=settings.port)
    master = Master(opts)
    # Only what filtering needs: no scripts, no web app of its own, nothing that stores flows.
    master.addons.add(
        mitm_core.Core(),
        disable_h2c.DisableH2C(),
        proxyserver.Proxyserver(),
        next_layer.NextLayer(),
        tlsconfig.TlsConfig(),
    )
    opts.update(
        mode=["regular"],
        connection_strategy="lazy",  # connect when we know where to: `upstreams` may say elsewhere
        allow_hosts=[rf"^(?:{pattern})\.?:\d+$" for pattern in hosts],
        ssl_verify_upstream_trusted_ca=str(folder / "upstream.pem"),
        body_size_limit=str(4 * settings.limits.body_bytes),
        validate_inbound_headers=True,
    )
    return master


async def _run(settings: Settings, master: Master, addon: RedactAddon, ready: Ready, before: object) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, master.shutdown)
    watch = asyncio.create_task(_watch(settings, addon, before))
    start = asyncio.create_task(_when_listening(settings, master, addon, ready))
    try:
        await master.run()
    finally:
        watch.cancel()
        start.cancel()
        if _announced(settings.state / "serve.json") == os.getpid():
            (settings.state / "serve.json").unlink(missing_ok=True)
        with suppress(asyncio.CancelledError):
            await start


async def _when_listening(settings: Settings, master: Master, addon: RedactAddon, ready: Ready) -> None:
    server = master.addons.get("proxyserver")
    try:
        while not server.is_running:  # noqa: ASYNC110  mitmproxy has no event for it
            await asyncio.sleep(0.01)
        host, port = _address(server.listen_addrs(), settings.listen)
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        _announce(settings.state / "serve.json", url)
        await ready(addon, url)
    except BaseException:
        master.shutdown()
        raise


def _address(addresses: list[tuple[str, int]], wanted: str) -> tuple[str, int]:
    if not addresses:
        raise SettingsError(f"cannot listen on {wanted}: another program has it; stop it or change `listen`")
    host, port, *_ = addresses[0]
    return host, port


def _announced(path: Path) -> int:
    """Give the process id of the filter that is announced and alive, or 0."""
    try:
        pid = int(jsontext.load(path.read_bytes())["pid"])
        os.kill(pid, 0)
    except (OSError, RedactError, ValueError, KeyError, TypeError):
        return 0
    return pid


def _announce(path: Path, url: str) -> None:
    """Say where this filter listens; of two over one state directory the first stays the announced one."""
    if _announced(path):
        return
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({"pid": os.getpid(), "url": url, "version": __version__}), encoding="utf-8")
    draft.replace(path)


async def _watch(settings: Settings, addon: RedactAddon, before: object) -> None:
    """Take into use what changes: what is known or allowed, imported names, rule packs. On any error the last good ones stay."""
    log = structlog.get_logger("redact.rules")
    seen: tuple[object, object] = before, addon.core.named
    trouble = ""
    _settle(addon.core)
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        names, told = seen[1], trouble
        try:
            names, trouble = await asyncio.to_thread(addon.core.refresh), ""
        except RedactError as error:
            trouble = str(error)
        except Exception as error:  # noqa: BLE001  its message may hold values; the next round may do better
            trouble = f"a defect of ours ({type(error).__name__})"
        if trouble and trouble != told:
            log.error("what other processes learnt or allowed is not taken into use", why=trouble)
        now = await asyncio.to_thread(_signature, settings), names
        if now == seen:
            continue
        seen = now
        try:
            addon.core = await asyncio.to_thread(addon.core.reloaded)
        except RedactError as error:
            log.error("rules not taken into use; the last good ones stay", why=str(error))
        except Exception as error:  # noqa: BLE001  its message may hold values; the watch must go on
            why = f"a defect of ours ({type(error).__name__})"
            log.error("rules not taken into use; the last good ones stay", why=why)
        else:
            _settle(addon.core)
            log.info("rules taken into use", version=addon.core.rules.version, rules=len(addon.core.rules.enabled()))


def _settle(core: Core) -> None:
    """Make finding fast beside the serving; nobody waits for it, not even who stops the filter."""
    threading.Thread(target=core.settle, name="settle", daemon=True).start()


def _signature(settings: Settings) -> object:
    try:
        stats = [(name, os.stat(name)) for name in pack_names(app.pack_paths(settings))]  # noqa: PTH116  a third of the time
        return [(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats]
    except (RedactError, OSError) as error:
        return str(error)


class _Quiet(logging.Handler):
    """Passes on which kind of thing mitmproxy complains of, and its words only where they can hold no value."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        said = message[:300] if any(telling in message for telling in _TELLING) else ""
        structlog.get_logger("mitmproxy").warning("proxy", level_name=record.levelname, source=record.name, said=said)


def _log_to_structlog() -> None:
    root = logging.getLogger()
    handler = _Quiet(logging.WARNING)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
