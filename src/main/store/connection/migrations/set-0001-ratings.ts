/**
 * The first schema of set.sqlite: stories copied out of runs, the order in which they are shown, and what people said.
 * It is also what colleagues exchange. What teachers said stays in the runs, so that no window on a set can show it.
 */
export const ratingSetSchema = `
CREATE TABLE rating_set (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    seed INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    rubric TEXT NOT NULL,
    rubric_text TEXT NOT NULL,
    criteria TEXT NOT NULL CHECK (json_valid(criteria))
) STRICT;

-- attempt and episode are the keys of the story in run.sqlite; stage counts the stretches of the run's training from 1.
CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    episode INTEGER NOT NULL,
    stage INTEGER NOT NULL CHECK (stage > 0),
    prompt TEXT NOT NULL,
    story TEXT NOT NULL,
    words INTEGER NOT NULL,
    UNIQUE (run, attempt, episode)
) STRICT;

-- What is shown, in this order. A story that comes twice is a silent repeat the second time.
CREATE TABLE item (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    story INTEGER NOT NULL REFERENCES story (id)
) STRICT;

-- The id never changes and says nothing; the name stays at home.
CREATE TABLE rater (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a rater said of an item, and said again: number counts from 1 without gaps, the last one counts.
CREATE TABLE rating (
    id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL REFERENCES item (position),
    rater TEXT NOT NULL REFERENCES rater (id),
    number INTEGER NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind IN ('scored', 'skipped', 'withdrawn')),
    scores TEXT NOT NULL CHECK (json_valid(scores)),
    at INTEGER NOT NULL,
    dwell_ms INTEGER NOT NULL CHECK (dwell_ms >= 0),
    blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
    flagged INTEGER NOT NULL CHECK (flagged IN (0, 1)),
    note TEXT NOT NULL,
    UNIQUE (position, rater, number)
) STRICT;
CREATE TRIGGER rating_is_append_only BEFORE UPDATE ON rating
BEGIN SELECT RAISE(ABORT, 'ratings never change'); END;
CREATE TRIGGER rating_is_kept BEFORE DELETE ON rating
BEGIN SELECT RAISE(ABORT, 'ratings are kept'); END;

-- Who saw what teachers said of a story, and when.
CREATE TABLE unblinding (
    story INTEGER NOT NULL REFERENCES story (id),
    rater TEXT NOT NULL REFERENCES rater (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (story, rater)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER unblinding_is_append_only BEFORE UPDATE ON unblinding
BEGIN SELECT RAISE(ABORT, 'unblindings never change'); END;
CREATE TRIGGER unblinding_is_kept BEFORE DELETE ON unblinding
BEGIN SELECT RAISE(ABORT, 'unblindings are kept'); END;
`;
