"""Records isotonic fits of scikit-learn, and inverses of curves by numpy's interpolation over the logarithm of words.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python test/parity/record_isotonic.py > test/parity/isotonic.json
"""
import json

import numpy as np
from sklearn.isotonic import IsotonicRegression

rng = np.random.default_rng(7)
fits = []
for size in [1, 2, 3, 5, 8, 13]:
    for kind in ["rising", "falling", "noise", "ties"]:
        values = rng.normal(size=size)
        if kind == "rising":
            values = np.sort(values)
        if kind == "falling":
            values = -np.sort(-values)
        if kind == "ties":
            values = np.round(values)
        weights = rng.integers(1, 6, size=size).astype(float)
        fitted = IsotonicRegression().fit_transform(np.arange(size), values, sample_weight=weights)
        fits.append({"values": values.tolist(), "weights": weights.tolist(), "fitted": fitted.tolist()})

inverses = []
for _ in range(30):
    size = int(rng.integers(2, 9))
    words = np.sort(rng.uniform(1e5, 1e9, size=size))
    scores = np.cumsum(rng.uniform(0.05, 1, size=size))
    score = float(rng.uniform(scores[0], scores[-1]))
    at = float(np.exp(np.interp(score, scores, np.log(words))))
    inverses.append({"words": words.tolist(), "scores": scores.tolist(), "score": score, "at": at})

print(json.dumps({"fits": fits, "inverses": inverses}))
