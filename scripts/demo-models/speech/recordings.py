"""Short recordings for the demo workspace: spoken notes and commands in voices and sentences that training never heard.

Voices and sentences are of the validation part, so they tell nothing about the test set."""
import wave
from pathlib import Path

import numpy as np

from clips import speak
from espeak import Espeak
from features import SAMPLE_RATE
from sentences import part_of
from voices import MEN, WOMEN, speaker_of

FOLDER = Path(__file__).resolve().parents[3] / "demo-workspace/recordings"
LOUDNESS, PAUSE = 0.6, 0.15  # of full scale; seconds before and after

# file name: (what is said, voice, words a minute)
RECORDINGS = {
    "shopping-list.wav": ("buy milk and two lemons on thursday", "en-us+f3", 150),
    "apples.wav": ("buy two apples on friday", "en+m3", 145),
    "call-maria.wav": ("call maria on friday at nine", "en+f3", 150),
    "meeting.wav": ("meet maria and tom at seven on friday", "en-us+m3", 155),
    "reminder.wav": ("remind me to meet tom on saturday at ten", "en-us+m2", 155),
    "send-pictures.wav": ("send all pictures to peter", "en-us+f3", 145),
    "show-picture.wav": ("show me the picture please", "en+m2", 150),
    "start-server.wav": ("please start my server on thursday", "en-us+m3", 150),
    "model-ready.wav": ("the model is ready today at ten", "en+f3", 150),
}


def write_recordings():
    espeak = Espeak()
    FOLDER.mkdir(parents=True, exist_ok=True)
    speakers = {*WOMEN["validation"], *MEN["validation"]}
    for name, (text, voice, rate) in RECORDINGS.items():
        words = text.split()
        if part_of(words) != "validation" or speaker_of(voice) not in speakers:
            raise AssertionError(f"{name}: training may have heard “{text}” or {voice}")
        samples = speak(espeak, words, voice, {"rate": rate, "pitch": 50, "pitch_range": 60, "word_gap": 0})[0]
        loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
        pause = np.zeros(int(PAUSE * SAMPLE_RATE))
        samples = np.concatenate([pause, samples[loud[0]:loud[-1]], pause]) / np.abs(samples).max() * LOUDNESS
        with wave.open(str(FOLDER / name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes((samples * 32767).astype("<i2").tobytes())
        print(f"{name}: {len(samples) / SAMPLE_RATE:.1f} s, “{text}”, {voice}")
