"""Records prediction-powered means of `ppi-python`, shares corrected by Rogan & Gladen with scipy's normal quantile, and
margins of the asymptotic confidence sequence.

    pip install ppi-python==0.2.3 numpy scipy
    python test/parity/record_ppi.py > test/parity/ppi.json
"""
import json
from math import exp, log, sqrt

import numpy as np
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
from scipy.stats import norm

rng = np.random.default_rng(11)


def sample(n, unrated, kind):
    truth = rng.normal(4, 1.5, size=n + unrated)
    teacher = {
        "good": truth + rng.normal(0, 0.5, size=n + unrated),
        "noise": rng.normal(5, 1, size=n + unrated),
        "against": 9 - truth,
        "kind": 2 * truth + 1,
        "level": np.full(n + unrated, 3.0),
        "rounded": np.round(np.clip(truth, 0, 9)),
    }[kind]
    people = np.round(truth + rng.normal(0, 1, size=n + unrated), 2)
    teacher = np.round(teacher, 3)
    return people[:n], teacher[:n], teacher[n:]


means = []
for kind in ["good", "noise", "against", "kind", "rounded"]:
    for n, unrated in [(5, 40), (30, 120), (60, 300)]:
        people, teacher, rest = sample(n, unrated, kind)
        low, high = ppi_mean_ci(people, teacher, rest, alpha=0.05)
        means.append(
            {
                "people": people.tolist(),
                "teacher": teacher.tolist(),
                "unrated": rest.tolist(),
                "mean": float(np.squeeze(ppi_mean_pointestimate(people, teacher, rest))),
                "low": float(np.squeeze(low)),
                "high": float(np.squeeze(high)),
            }
        )

shares = []
for n, passed in [(150, 90), (500, 40), (2000, 1990)]:
    for m1, right1, m0, right0 in [(30, 27, 30, 26), (50, 30, 12, 11), (10, 10, 80, 60)]:
        z = norm.ppf(0.975)
        p = (passed + z**2 / 2) / (n + z**2)
        q1, q0 = (right1 + 1) / (m1 + 2), (right0 + 1) / (m0 + 2)
        theta = (p + q0 - 1) / (q0 + q1 - 1)
        v1, v0 = q1 * (1 - q1) / (m1 + 2), q0 * (1 - q0) / (m0 + 2)
        shift = 2 * z**2 * (theta * v1 - (1 - theta) * v0)
        error = sqrt(p * (1 - p) / (n + z**2) + (1 - theta) ** 2 * v0 + theta**2 * v1) / (q0 + q1 - 1)
        plain = (passed / n + right0 / m0 - 1) / (right0 / m0 + right1 / m1 - 1)
        shares.append(
            {
                "judged": {"right": passed, "of": n},
                "sensitivity": {"right": right1, "of": m1},
                "specificity": {"right": right0, "of": m0},
                "mean": float(np.clip(plain, 0, 1)),
                "low": float(np.clip(theta + shift - z * error, 0, 1)),
                "high": float(np.clip(theta + shift + z * error, 0, 1)),
            }
        )

print(json.dumps({"means": means, "shares": shares}))
