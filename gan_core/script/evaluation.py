"""The evaluation: the metrics of the app, as few lines of code."""

from __future__ import annotations

from gan_core.data import DataSet
from gan_core.metrics.divergences import CELLS, LINE_CELLS, REFERENCE
from gan_core.metrics.modes import SAMPLES
from gan_core.script.codes import fill
from gan_core.script.data import weighted
from gan_core.script.games import said
from gan_core.script.players import AVERAGE_CODE, FEATURES_CODE
from gan_core.settings import Settings

_EVALUATION = """
# 6. Evaluation: $n fresh fakes against the data.
EXTENT = $extent  # half the width of the picture
GRID = $grid  # cells along $side
with torch.no_grad():
    fake, real = $generator(sample_latent($n)), sample_data($reference)
    d_real, d_fake = ($output.mean() for x in (real, fake))


def histogram(x):
    \"\"\"Return the share of points per cell; one outside counts at the border.\"\"\"
    cell = ((x / EXTENT + 1) * GRID / 2).floor().clamp(0, GRID - 1).long()
    index = $index
    return torch.bincount(index, minlength=$cells).double() / len(x)


js = math.nan  # Jensen-Shannon divergence: from 0 up to log 2 = 0.69
if fake.isfinite().all():
    p, q, entropy = histogram(fake), histogram(real), torch.special.entr
    js = (entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2).sum().item()

$modes
distance = (fake.mean(0) - real.mean(0)).norm().item()  # of the means
finite = all(p.isfinite().all() for p in [*G.parameters(), *D.parameters()])


def number(x):
    return round(float(x), 6) if math.isfinite(x) else None  # JSON knows no NaN


report = {
    "status": "ok" if finite else "diverged",
    "modes": $covered,
    "high_quality": $high_quality,
    "js": number(js),
    "distance": number(distance),
    "d_real": number(d_real),
    "d_fake": number(d_fake),
}
print(json.dumps(report))
"""
_MODES = """
# A mode is covered by a tenth of its fair share of fakes within 3 SIGMA.
away, nearest = torch.cdist(fake.double(), CENTRES.double()).min(1)
good = torch.bincount(nearest[away <= 3 * SIGMA], minlength=len(CENTRES))
covered = good >= 0.1 * len(fake) $fair
"""


def evaluation(settings: Settings, *, seen: bool) -> str:
    """Write the evaluation; `seen`: whether D sees something else than the samples."""
    data: DataSet = settings.data
    line, modes = data.dim == 1, len(data.centres) > 0
    fair = "* WEIGHTS" if weighted(data) else "/ len(CENTRES)"
    # in packs of three, 2,400 are the most that fill packs
    x = f"x[:{SAMPLES - SAMPLES % 12 if seen else SAMPLES}]"
    if FEATURES_CODE.write(settings.features):
        x = "x[:BATCH]"  # D compares the samples of a batch, and knows that size
    x = f"seen({x})" if seen else x
    return fill(
        _EVALUATION,
        n=SAMPLES,
        reference=f"{REFERENCE:_}",
        extent=round(data.extent, 6),
        grid=LINE_CELLS if line else CELLS,
        side="the line" if line else "each side of it",
        generator="average" if AVERAGE_CODE.write(settings.average) else "G",
        output=said(settings.game, f"D({x})"),
        index="cell[:, 0]" if line else "cell[:, 0] + GRID * cell[:, 1]",
        cells="GRID" if line else "GRID**2",
        modes=fill(_MODES, fair=fair) if modes else "",
        covered="int(covered.sum())" if modes else "None",
        high_quality="number(good.sum() / len(fake))" if modes else "None",
    )
