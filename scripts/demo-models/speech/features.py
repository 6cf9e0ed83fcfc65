"""Whisper's log-mel features, as transformers.js computes them, but with 40 bands and 5-second windows."""
import numpy as np

SAMPLE_RATE, FRAME, HOP, BANDS = 16000, 400, 160, 40
SECONDS = 5
WINDOW_FRAMES = SECONDS * SAMPLE_RATE // HOP
FLOOR = 1e-10


def resample(samples, rate):
    """To 16 kHz, by leaving out what lies above 8 kHz. Padded to a length that both rates divide."""
    step = rate // np.gcd(rate, SAMPLE_RATE)
    block = step * 10
    padded = np.zeros(-(-(len(samples) + 1) // block) * block)
    padded[:len(samples)] = samples
    wanted = len(padded) * SAMPLE_RATE // rate
    spectrum = np.fft.rfft(padded)[:wanted // 2 + 1]
    return (np.fft.irfft(spectrum, wanted) * wanted / len(padded))[:len(samples) * SAMPLE_RATE // rate]


def mel_filters():
    """Slaney's mel scale: even below 1 kHz, logarithmic above. bands × frequencies."""
    def to_mel(hertz):
        return np.where(hertz < 1000, hertz * 3 / 200, 15 + np.log(np.maximum(hertz, 1e-9) / 1000) * 27 / np.log(6.4))

    def to_hertz(mel):
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
    frequencies = np.linspace(0, SAMPLE_RATE / 2, FRAME // 2 + 1)
    edges = to_hertz(np.linspace(to_mel(np.array(0.0)), to_mel(np.array(8000.0)), BANDS + 2))
    slopes = edges[:, None] - frequencies[None]
    widths = np.diff(edges)
    rising, falling = -slopes[:-2] / widths[:-1, None], slopes[2:] / widths[1:, None]
    return np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]


FILTERS = mel_filters()
HANN = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)


def mel_power(samples):
    """frames × bands, before the logarithm."""
    padded = np.pad(samples, FRAME // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:len(samples) // HOP]
    power = np.abs(np.fft.rfft(frames * HANN, axis=1)) ** 2
    return np.maximum(power @ FILTERS.T, FLOOR).astype(np.float32)


def whisper_features(power):
    """What the library hands to the model; power may have leading dimensions, the last two are frames × bands."""
    logs = np.log10(power)
    highest = logs.max(axis=(-2, -1), keepdims=True)
    return (np.maximum(logs, highest - 8) + 4) / 4
