"""The model: the image-text model's picture tower, whose patches a small GPT-2 with cross attention puts into words."""
import math

import torch
import torch.nn.functional as F
from model import ImageTower  # in ../image-text
from torch import nn
from tokens import END

WIDTH, HEADS, FEED_FORWARD, LAYERS, POSITIONS = 144, 4, 432, 2, 32


def heads_of(hidden):
    batch, length, width = hidden.shape
    return hidden.view(batch, length, HEADS, width // HEADS).transpose(1, 2)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, hidden, key, value, hidden_places=None):
        scores = heads_of(self.q_proj(hidden)) @ key.transpose(2, 3) / math.sqrt(WIDTH // HEADS)
        if hidden_places is not None:
            scores = scores + hidden_places
        return self.out_proj((scores.softmax(3) @ value).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_cross, self.ln_2 = (nn.LayerNorm(WIDTH) for _ in range(3))
        self.attn, self.cross_attn = Attention(), Attention()
        self.fc1, self.fc2 = nn.Linear(WIDTH, FEED_FORWARD), nn.Linear(FEED_FORWARD, WIDTH)

    def forward(self, hidden, patches, past, hidden_places):
        """past: (key, value) of the words before. Returns the new state, and (key, value) with these words."""
        normed = self.ln_1(hidden)
        key, value = heads_of(self.attn.k_proj(normed)), heads_of(self.attn.v_proj(normed))
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        hidden = hidden + self.attn(normed, key, value, hidden_places)
        seen = heads_of(self.cross_attn.k_proj(patches)), heads_of(self.cross_attn.v_proj(patches))
        hidden = hidden + self.cross_attn(self.ln_cross(hidden), *seen)
        return hidden + self.fc2(F.gelu(self.fc1(self.ln_2(hidden)))), (key, value)


class Decoder(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        nn.init.normal_(self.wte.weight, std=0.05)
        nn.init.normal_(self.wpe.weight, std=0.02)
        self.h = nn.ModuleList(Block() for _ in range(LAYERS))
        self.ln_f = nn.LayerNorm(WIDTH)

    def forward(self, input_ids, patches, past=None):
        """(scores of the next word, [(key, value)] per layer)"""
        before = 0 if past is None else past[0][0].shape[2]
        places = torch.arange(before + input_ids.shape[1])
        reading = places[before:]
        later = (places[None, :] > reading[:, None]).to(patches.dtype) * -10000.0
        hidden, present = self.wte(input_ids) + self.wpe(reading), []
        for i, block in enumerate(self.h):
            hidden, kept = block(hidden, patches, None if past is None else past[i], later)
            present.append(kept)
        return self.ln_f(hidden) @ self.wte.weight.T, present


class Captioner(nn.Module):
    def __init__(self, shape, vocabulary):
        super().__init__()
        self.shape, self.encoder, self.decoder = shape, ImageTower(shape), Decoder(vocabulary)
        del self.encoder.visual_projection  # one vector for the whole picture is not needed here

    def load_tower(self, clip_state):
        """Starts from the trained image-text model."""
        tower = {name[len("image."):]: value for name, value in clip_state.items() if name.startswith("image.")}
        tower.pop("visual_projection.weight")
        self.encoder.load_state_dict(tower)

    def answers(self, images, length=24):
        """Token numbers of the likeliest caption, word by word, for many pictures at once."""
        self.eval()
        with torch.no_grad():
            patches, past = self.encoder.hidden(images), None
            word = torch.full((len(images), 1), END)
            words = []
            for _ in range(length):
                scores, past = self.decoder(word, patches, past)
                word = scores[:, -1:].argmax(2)
                words.append(word)
        self.train()
        return torch.cat(words, 1)
