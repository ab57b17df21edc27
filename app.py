"""The app as the server runs it: the pages, the live route, and the life of the engine."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.routing import WebSocketRoute

from gan_core.engine import default_engine, stop_default_engine
from ui import goodbye
from ui.live.route import PATH, LiveRoute


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the workers before the first student comes; leave none behind."""
    default_engine()
    goodbye.insist()
    gc.freeze()  # what has been imported stays: the collector need not walk it again and again
    try:
        yield
    finally:
        await asyncio.to_thread(stop_default_engine)


def _trusted_origins() -> tuple[str, ...]:
    return tuple(st.get_option("server.corsAllowedOrigins"))


live = LiveRoute(origins=_trusted_origins)
app = st.App("ui/shell.py", routes=[WebSocketRoute(PATH, live.serve)], lifespan=lifespan)
