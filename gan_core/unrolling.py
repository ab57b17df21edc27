"""What G will pay once D has answered: G's gradient through steps that D has not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gan_core.batches import Batches
from gan_core.constraints import Constraint
from gan_core.games import Game
from gan_core.networks.slopes import mean_penalty
from gan_core.networks.stacked import StackedMLP, Tape

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


class Unrolled(NamedTuple):
    """What lies at the end of the steps that D would take.

    Attributes
    ----------
    wish
        The gradient of G's cost at its fakes, (k, pack · dim, packs).
    logits
        What D would then say of them, (k, 1, packs).
    parameters
        Where D would then stand, (k, p).
    """

    wish: Tensor
    logits: Tensor
    parameters: Tensor


class Unrolling:
    """Lets D answer G in thought, and goes back through all the answers.

    Each answer is a step down D's whole cost, penalty included, on the row's batch. A hold on D's
    parameters (clipping, spectral normalisation) acts on it too. Each parameter goes as far per
    unit of gradient as D's optimiser would take it now; what Adam remembers does not go on in
    thought. (The authors unroll Adam as a whole, which measured no better.)
    A penalty that is due every so many steps is paid in each, at its plain strength. What G
    minimises in the end is its own cost less D's cost of the real samples: these G does not reach
    but through D's answers, and it is rewarded for leaving D helpless there as well. So in a
    zero-sum game it is f itself, as in the paper, of which the part that comes through D vanishes
    when the answers arrive at the best D.

    Parameters
    ----------
    d
        The discriminators; they stay as they are.
    rows
        Their batches.
    """

    def __init__(self, d: StackedMLP, rows: Batches) -> None:
        self._d, self._rows = d, rows
        self._inputs = torch.empty_like(rows.judged[0])
        self._answers: list[_Answer] = []

    def unroll(
        self,
        game: Game,
        constraint: Constraint,
        held: list[Tensor],
        row: int,
        steps: int,
        sizes: Tensor,
    ) -> Unrolled:
        """Let D answer the fakes of a row.

        Parameters
        ----------
        game, constraint, held
            What D pays, what binds it, and the constraint's memory.
        row
            The batch.
        steps, sizes
            How often D answers, and how far each parameter goes per unit of its gradient, (k, p).
        """
        if constraint.key == "none" and not self._d.features:
            return self._written_out(game, row, steps, sizes)
        return self._by_autograd(game, constraint, held, row, steps, sizes)

    def _by_autograd(
        self,
        game: Game,
        constraint: Constraint,
        held: list[Tensor],
        row: int,
        steps: int,
        sizes: Tensor,
    ) -> Unrolled:
        d, rows = self._d, self._rows
        with torch.inference_mode(False), torch.enable_grad():
            real, fake, mix = (
                part[row].transpose(1, 2).clone() for part in (rows.real, rows.fake, rows.mix)
            )
            fake.requires_grad_()
            own, sizes = [part.clone() for part in held], sizes.clone()
            points = {"real": real, "fake": fake, "between": torch.lerp(fake, real, mix)}
            phi = d.parameters.detach().clone().requires_grad_()
            for _ in range(steps):
                weights = constraint.computed(d, phi, own)
                cost = game.d_cost_real(d(real, weights)).mean((1, 2))
                cost = cost + game.d_cost_fake(d(fake, weights)).mean((1, 2))
                if constraint.where:
                    x = points[constraint.where]
                    cost = cost + mean_penalty(d, phi, x, constraint.penalty)
                (gradient,) = torch.autograd.grad(cost.sum(), phi, create_graph=True)
                phi = constraint.held(phi - sizes * gradient)
            weights = constraint.computed(d, phi, own)
            logits = d(fake, weights)
            cost = game.g_cost(logits).mean() - game.d_cost_real(d(real, weights)).mean()
            (wish,) = torch.autograd.grad(cost * len(phi), fake)
            return Unrolled(wish.transpose(1, 2), logits.detach().transpose(1, 2), phi.detach())

    def _written_out(self, game: Game, row: int, steps: int, sizes: Tensor) -> Unrolled:
        """Do the same without autograd, where nothing but the game acts on D.

        On the way back λ, the gradient in D's parameters, passes a step φ − s ∘ ∇J, s the sizes,
        as λ − ∇⟨∇J, s ∘ λ⟩: D's cost differentiated in the direction s ∘ λ, and once more.
        """
        packs = self._rows.packs
        while len(self._answers) <= steps:
            self._answers.append(_Answer(self._d.twin(), self._inputs))
        *answers, last = self._answers[: steps + 1]
        self._inputs.copy_(self._rows.judged[row])
        self._answers[0].d.parameters.copy_(self._d.parameters)
        for answer, after in zip(answers, self._answers[1:], strict=False):
            a = answer.judge()
            answer.learn(game.d_slope_real(a[..., :packs]), game.d_slope_fake(a[..., packs:]))
            phi = answer.d.parameters, sizes, answer.d.gradients
            torch.addcmul(*phi, value=-1, out=after.d.parameters)
        a = last.judge()
        last.learn(game.d_slope_real(a[..., :packs]).neg_(), game.g_slope(a[..., packs:]))
        carried = last.d.gradients
        wish = last.wish()
        for answer in reversed(answers):
            wish.sub_(answer.turn(carried * sizes, _curvature(game, answer.logits, packs)))
            carried.sub_(answer.d.gradients)
        return Unrolled(wish[..., packs:], a[..., packs:], last.d.parameters)


def _curvature(game: Game, a: Tensor, packs: int) -> Tensor:
    """Return the second derivatives of what D pays for a batch at its logits, (k, 1, 2 packs)."""
    with torch.inference_mode(False), torch.enable_grad():
        a = a.clone().requires_grad_()
        real, fake = a[..., :packs], a[..., packs:]
        cost = game.d_cost_real(real).sum() + game.d_cost_fake(fake).sum()
        (slope,) = torch.autograd.grad(cost, a, create_graph=True)
        if not slope.requires_grad:
            return torch.zeros_like(a)
        (curvature,) = torch.autograd.grad(slope.sum(), a)
        return curvature / packs


class _Answer:
    """D after some of its answers, with what its pass over the batch has left."""

    def __init__(self, d: StackedMLP, inputs: Tensor) -> None:
        self.d, self._tape = d, Tape(inputs, d.sizes)
        self.logits = inputs.new_empty(len(inputs), 1, inputs.shape[2])
        self._slope = torch.empty_like(self.logits)

    def judge(self) -> Tensor:
        """Return what D says of the batch, (k, 1, 2 packs)."""
        self.d.forward(self._tape, self.logits)
        return self.logits

    def learn(self, of_real: Tensor, of_fake: Tensor) -> None:
        """Set D's gradients from the slopes of what is paid at each logit, (k, 1, packs)."""
        torch.cat([of_real, of_fake], 2, out=self._slope)
        self._slope.div_(of_real.shape[2])
        self.d.backward(self._tape, self._slope)

    def wish(self) -> Tensor:
        """Return the gradient of what has been learnt from at the inputs, (k, inputs, n)."""
        return torch.bmm(self.d.layers[0][0], self._tape.gradients[0])

    def turn(self, direction: Tensor, curvature: Tensor) -> Tensor:
        """Differentiate ⟨∇J, direction⟩, J being what has been learnt from.

        Sets D's gradients to the derivative in D's parameters; returns that in the inputs. A dot
        is a derivative along the direction; P and Q are the gradients of ⟨∇J, direction⟩ = J̇ at
        ż and at z of a layer z = Wᵀh + b.

        Parameters
        ----------
        direction
            (k, p); it must not be this network's own gradients.
        curvature
            Second derivative of what is paid at each logit, (k, 1, n).
        """
        d, tape, act = self.d, self._tape, self.d.activation
        dots: list[Tensor] = []
        bends: list[Tensor] = []
        along = d.views(direction)
        last = len(along) - 1
        for i, (weight, bias) in enumerate(along):
            dot = torch.baddbmm(bias.transpose(1, 2), weight.transpose(1, 2), tape.layer_inputs[i])
            if i:
                dot.baddbmm_(d.columns[i][0], dots[-1])
            if i < last:
                if not act.piecewise_linear:
                    bends.append(act.bend(tape.hidden[i]).mul_(dot).mul_(tape.gradients[i]))
                act.backward_(dot, tape.hidden[i])
            dots.append(dot)
        p, q = self._slope, curvature.mul_(dots.pop())
        for i in range(last, -1, -1):
            d.set_product(i, tape.layer_inputs[i], q.transpose(1, 2))
            if i:
                d.add_product(i, dots[i - 1], p.transpose(1, 2))
            weight, direct = d.layers[i][0], along[i][0]
            if i == last:
                carried = (weight * q).addcmul_(direct, p)
            else:
                carried = torch.bmm(weight, q).baddbmm_(direct, p)
            if i == 0:
                return carried
            act.backward_(carried, tape.hidden[i - 1])
            p, q = tape.gradients[i - 1], carried
            if bends:
                q.add_(bends[i - 1])
        raise AssertionError("a network has at least one layer")
