"""Muon: momentum whose direction is made orthogonal before each step. It needs far fewer tokens than AdamW here."""
import torch


def orthogonal(matrix, steps=5):
    """The nearest orthogonal matrix, roughly, by Newton-Schulz iteration (coefficients of Jordan et al., 2024)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix / (matrix.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """matrices: (parameter, row counts of the matrices stacked in it)."""

    def __init__(self, matrices, momentum=0.95, weight_decay=0.05):
        self.rows = {parameter: rows for parameter, rows in matrices}
        super().__init__([{"params": [p for p, _ in matrices]}], {"lr": 0.0, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                moving = state["momentum"].mul_(group["momentum"]).add_(parameter.grad)
                direction = parameter.grad.add(moving, alpha=group["momentum"])
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                for part, target in zip(direction.split(self.rows[parameter]), parameter.split(self.rows[parameter])):
                    # Scaled so that the step is as large as AdamW's would be, and one learning rate fits all.
                    target.add_(orthogonal(part), alpha=-group["lr"] * 0.2 * max(part.shape) ** 0.5)
