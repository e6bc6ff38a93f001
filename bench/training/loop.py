"""The training loop of the judge and of the script check's model: AdamW, a short warm-up, then down in a straight line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Batch = TypeVar("Batch")
LAST = 0.02  # share of the learning rate that is left at the end
EVERY = 50  # steps between two lines


def fit(
    net: nn.Module,
    rates: Sequence[dict[str, Any]],
    batches: Sequence[Batch],
    loss_of: Callable[[Batch], Tensor],
    *,
    name: str,
    warm_up: int,
    averaged: float,
) -> None:
    """One step for each batch. ``rates``: groups of parameters with their learning rates; ``warm_up``: steps; ``averaged``: share of the steps
    over which the weights that ``net`` has in the end are averaged."""
    optimizer, whole = torch.optim.AdamW(list(rates), weight_decay=0.01), len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / warm_up) * max(LAST, (whole - step) / whole)
    )
    kept = 1 - 1 / max(2.0, averaged * whole)
    mean = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(kept))
    seen: list[float] = []
    for number, batch in enumerate(batches, 1):
        net.train()
        loss = loss_of(batch)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        mean.update_parameters(net)
        seen.append(loss.item())
        if number % EVERY == 0 or number == whole:
            print(f"{name}: {number} of {whole}, loss {np.mean(seen[-EVERY:]):.3f}", flush=True)
    net.load_state_dict(mean.module.state_dict())


def halves() -> bool:
    """Whether this processor computes with bfloat16; without AVX-512 it takes seventy times as long as 32 bits."""
    return torch.backends.cpu.get_cpu_capability() not in ("DEFAULT", "AVX2")


def autocast() -> torch.autocast:
    """bfloat16 where the processor has it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=halves())
