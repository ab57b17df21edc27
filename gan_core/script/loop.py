"""The loop: optimisers, D's head start, and the update rule."""

from __future__ import annotations

from gan_core.script.codes import fill
from gan_core.script.constraints import ConstraintCode
from gan_core.script.players import AVERAGE_CODE, OPTIMIZER_CODE, SCHEDULE_CODE, SIZE_CODE
from gan_core.script.update_rules import D_TURN, UPDATE_CODE, Around
from gan_core.settings import Settings
from gan_core.update_rules import Unrolled

_OPTIMIZERS = """
# 5. The loop.
$g_optimizer
$d_optimizer
"""
_SCHEDULE = """
$factor


schedules = [
    torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    for optimizer in (g_optimizer, d_optimizer)
]
"""
_RATES = """
for schedule in schedules:
    schedule.step()
"""
_DRAW = """
def draw():
    \"\"\"Return a fresh batch: real samples and fakes.\"\"\"
    return $real, $fake
"""
_PRETRAINING = """
# A head start for D, with an optimiser of its own.
pretrainer = torch.optim.Adam(D.parameters(), lr=0.001, betas=(0.9, 0.999))
for _ in range($steps):
    real, fake = draw()
    $d_turn
"""
_AVERAGE = "average = copy.deepcopy(G)  # over time: it is what one looks at"
_AVERAGING = """
share = $share  # of what is new
with torch.no_grad():
    for mean, p in zip(average.parameters(), G.parameters(), strict=True):
        mean.lerp_(p, share)
"""


def loop(settings: Settings, constraint: ConstraintCode, *, seen: bool) -> str:
    """Write all that happens in the course of the training.

    Parameters
    ----------
    settings
        The experiment.
    constraint
        What keeps D in bounds.
    seen
        Whether D sees something else than the samples, by `seen`.
    """
    factor, share = SCHEDULE_CODE.write(settings.schedule), AVERAGE_CODE.write(settings.average)
    held = "hold_d()" if constraint.hold else ""
    around = Around(
        hold=held,
        penalty="cost = cost + penalty(real, fake, answered)" if constraint.penalty else "",
        size=SIZE_CODE.write(settings.d_optimizer) if looks_ahead(settings) else "",
        kept=constraint.kept,
        after_g=fill(_AVERAGING, share=share) if share else "",
        after=fill(_RATES) if factor else "",
        count="step" if share else "_",
    )
    rule = UPDATE_CODE.write(settings.update, around)
    optimizers = fill(
        _OPTIMIZERS,
        g_optimizer=OPTIMIZER_CODE.write(settings.g_optimizer, "g_optimizer", rule.g_parameters),
        d_optimizer=OPTIMIZER_CODE.write(settings.d_optimizer, "d_optimizer", "D.parameters()"),
    )
    real, fake = "sample_data(BATCH)", "G(sample_latent(BATCH))"
    if seen:
        real, fake = f"seen({real})", f"seen({fake})"
    d_turn = fill(D_TURN, optimizer="pretrainer", hold=held)
    parts = [
        optimizers,
        fill(_SCHEDULE, factor=factor) if factor else "",
        fill(_DRAW, real=real, fake=fake),
        fill(_PRETRAINING, steps=settings.pretrain, d_turn=d_turn) if settings.pretrain else "",
        rule.functions,
        f"{_AVERAGE}\n{rule.loop}" if share else rule.loop,
    ]
    return "\n\n\n".join(part for part in parts if part)


def looks_ahead(settings: Settings) -> bool:
    """Return whether G asks what another D would say."""
    return isinstance(settings.update, Unrolled)
