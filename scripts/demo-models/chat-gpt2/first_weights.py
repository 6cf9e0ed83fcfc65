"""The first weights: words as the small chat model knows them, and heads that already look a few tokens back.

A GPT-2 has to find out by itself what lies before what, which takes it long. Here the first numbers of every vector belong to positions
alone, which begin as waves: turned by one step, a wave is that of the position before. So heads that attend to the token one, two, three
or four places back are just set up. Everything is learned from there on, but words stay out of those numbers.
"""
import torch

WAVES = 16  # pairs of sine and cosine, as many as fit into a head
QUICKEST, SLOWEST = 2.5, 0.05  # radians per position
SIZE = 0.2  # of a wave; the other numbers of a vector are about half as large
SHARPNESS = 1.5
STEPS_BACK = ((1, 2, 3, 4), (1, 2))  # of the first heads of the first layers
SLOW_SIZE = 0.02  # of the waves in the rest of the vector, which tell early from late


def speeds(count, quickest, slowest):
    return torch.logspace(torch.log10(torch.tensor(quickest)), torch.log10(torch.tensor(slowest)), count)


def waves(context, angles):
    turned = torch.outer(torch.arange(context).float(), angles)
    return torch.stack((turned.cos(), turned.sin()), dim=-1).flatten(1)


def turn_back(angles, steps):
    """The matrix that makes the wave at one position that of `steps` positions before."""
    matrix = torch.zeros(2 * len(angles), 2 * len(angles))
    for i, angle in enumerate((angles * steps).tolist()):
        cos, sin = torch.tensor(angle).cos(), torch.tensor(angle).sin()
        matrix[2 * i:2 * i + 2, 2 * i:2 * i + 2] = torch.tensor([[cos, sin], [-sin, cos]])
    return matrix


@torch.no_grad()
def set_first_weights(model, small):
    """small: weights of the small chat model by name."""
    s, own = model.shape, 2 * WAVES
    angles = speeds(WAVES, QUICKEST, SLOWEST)
    model.positions.weight[:, :own] = SIZE * waves(s.context, angles)
    model.positions.weight[:, own:] = SLOW_SIZE * waves(s.context, speeds((s.width - own) // 2, SLOWEST, 0.001))
    words = small["embed.weight"]
    # Turned so that the numbers that vary least come last, and can be left out.
    directions = torch.linalg.svd(words, full_matrices=False)[2]
    model.embed.weight.zero_()
    model.embed.weight[:, own:] = words @ directions[:s.width - own].T
    model.norm.weight.fill_(small["norm.weight"].mean())
    for layer, steps in zip(model.layers, STEPS_BACK):
        for head, back in enumerate(steps):
            rows = slice(head * s.head_width, (head + 1) * s.head_width)
            query, key, _ = layer.qkv.weight.split(s.width)
            query[rows], key[rows] = 0, 0
            query[rows, :own] = SHARPNESS * turn_back(angles, back)
            key[rows, :own] = SHARPNESS * torch.eye(own)


def keep_words_out(model):
    """What the words would learn in the numbers that belong to positions is dropped."""
    def only_words(gradient):
        gradient = gradient.clone()
        gradient[:, :2 * WAVES] = 0
        return gradient
    model.embed.weight.register_hook(only_words)
