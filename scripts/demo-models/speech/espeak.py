"""espeak-ng as a library: speech with the time of every word and sound in it."""
import ctypes

import numpy as np

RETURN_SAMPLES, PHONEME_EVENTS, DONT_EXIT = 2, 0x0001, 0x8000
CHARACTERS, UTF8 = 1, 1
RATE, VOLUME, PITCH, RANGE, WORD_GAP = 1, 2, 3, 4, 7
END, WORD, PHONEME = 0, 1, 7
OUTPUT_RATE = 22050


class Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("id", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
                ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p), ("name", ctypes.c_char * 8)]


class Espeak:
    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        if self.library.espeak_Initialize(RETURN_SAMPLES, 0, None, PHONEME_EVENTS | DONT_EXIT) != OUTPUT_RATE:
            raise RuntimeError("espeak-ng does not start, or not at 22,050 Hz")
        self.samples, self.events = [], []
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
        self.callback = callback(self.receive)  # kept, or Python would free it while espeak-ng uses it
        self.library.espeak_SetSynthCallback(self.callback)

    def receive(self, samples, count, events):
        if count > 0:
            self.samples.append(np.ctypeslib.as_array(samples, (count,)).copy())
        at = 0
        while events[at].type != END:
            event = events[at]
            self.events.append((event.type, event.milliseconds / 1000, event.text_position - 1, event.name.decode("latin-1")))
            at += 1
        return 0

    def say(self, text, voice, rate=170, pitch=50, pitch_range=50, word_gap=0):
        """(samples at 22,050 Hz from -1 to 1, {place of a word in the text: its start in seconds}, [(start, sound)])"""
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        for parameter, value in ((RATE, rate), (PITCH, pitch), (RANGE, pitch_range), (WORD_GAP, word_gap)):
            self.library.espeak_SetParameter(parameter, value, 0)
        self.samples, self.events = [], []
        data = text.encode()
        self.library.espeak_Synth(data, len(data) + 1, 0, CHARACTERS, 0, UTF8, None, None)
        words = {place: start for kind, start, place, _ in self.events if kind == WORD}
        sounds = [(start, name) for kind, start, _, name in self.events if kind == PHONEME]
        return np.concatenate(self.samples).astype(np.float32) / 32768, words, sounds
