/**
 * The first schema of run.sqlite, told in docs/database.md. Conventions: times are UTC milliseconds, flags are 0 or 1,
 * token ids are little-endian uint16, traces little-endian float32, JSON is text that SQLite can read.
 */
export const runsSchema = `
CREATE TABLE run (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pretrain', 'learn', 'evaluate')),
    preset TEXT NOT NULL,
    config_version INTEGER NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    notes TEXT NOT NULL DEFAULT '',
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE config (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

-- Who may write. One row while somebody does; an expired one means the writer was interrupted.
CREATE TABLE lease (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    holder TEXT NOT NULL,
    acquired_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- A contiguous stretch of work. first_number is the first update or step recorded under it:
-- from there on, it supersedes what earlier attempts recorded.
CREATE TABLE attempt (
    number INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    first_number INTEGER,
    ended_at INTEGER,
    reason TEXT CHECK (reason IN ('paused', 'finished', 'failed', 'interrupted', 'diverged')),
    message TEXT NOT NULL DEFAULT '',
    fault TEXT CHECK (json_valid(fault)),
    CHECK ((ended_at IS NULL) = (reason IS NULL))
) STRICT;

-- Versions, processor, threads: what a result may depend on. Never a host, a user or a path.
CREATE TABLE environment (
    attempt INTEGER NOT NULL REFERENCES attempt (number),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (attempt, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL DEFAULT '',
    details TEXT CHECK (json_valid(details))
) STRICT;
CREATE TRIGGER event_is_append_only BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events never change'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are kept'); END;

CREATE TABLE tokenizer (
    hash TEXT PRIMARY KEY,
    vocabulary INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE prompt (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    held_out INTEGER NOT NULL DEFAULT 0 CHECK (held_out IN (0, 1))
) STRICT;

CREATE TABLE rubric (
    hash TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    criteria TEXT NOT NULL CHECK (json_valid(criteria))
) STRICT, WITHOUT ROWID;

-- The display name may change and stays out of exports; the id does neither.
CREATE TABLE rater (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('teacher', 'person')),
    name TEXT NOT NULL,
    rubric TEXT NOT NULL REFERENCES rubric (hash)
) STRICT, WITHOUT ROWID;

-- id counts in the order of recording: it is the cursor of readers who follow a run.
CREATE TABLE update_metrics (
    id INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL REFERENCES attempt (number),
    number INTEGER NOT NULL CHECK (number > 0),
    at INTEGER NOT NULL,
    digest TEXT NOT NULL,
    input_words INTEGER NOT NULL,
    student_words INTEGER NOT NULL,
    tokens_trained INTEGER NOT NULL,
    episodes INTEGER NOT NULL,
    score_mean REAL,
    score_std REAL,
    reward_mean REAL,
    reward_std REAL,
    length_bonus_mean REAL,
    kl_mean REAL,
    kl3_mean REAL,
    kl_coefficient REAL NOT NULL,
    entropy_mean REAL,
    policy_loss REAL NOT NULL,
    value_loss REAL NOT NULL,
    clip_fraction REAL NOT NULL,
    ratio_mean REAL NOT NULL,
    explained_variance REAL,
    story_tokens_mean REAL,
    story_words_mean REAL,
    finished_fraction REAL,
    unreadable_count INTEGER NOT NULL,
    distinct2 REAL,
    lr REAL NOT NULL,
    seconds_writing REAL NOT NULL,
    seconds_rating REAL NOT NULL,
    seconds_scoring REAL NOT NULL,
    seconds_learning REAL NOT NULL,
    extras TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extras)),
    UNIQUE (attempt, number)
) STRICT;

-- The one line of history that counts: what no later attempt has superseded.
CREATE VIEW current_update AS
SELECT * FROM update_metrics AS recorded
WHERE NOT EXISTS (
    SELECT 1 FROM attempt AS later
    WHERE later.number > recorded.attempt AND later.first_number <= recorded.number
);

CREATE TABLE episode (
    id INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    update_id INTEGER NOT NULL REFERENCES update_metrics (id),
    prompt INTEGER NOT NULL REFERENCES prompt (id),
    story TEXT NOT NULL,
    tokens BLOB NOT NULL,
    words INTEGER NOT NULL,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    reward REAL,
    stages TEXT NOT NULL CHECK (json_valid(stages)),
    kl REAL NOT NULL,
    UNIQUE (attempt, number)
) STRICT;
CREATE INDEX episode_by_update ON episode (update_id);

-- Positions are kept, so that "once upon a time" can be searched as a phrase. Whoever inserts episodes indexes them:
-- FTS5 writes to the disk after every statement, so one statement an update is three times faster than a trigger a row.
CREATE VIRTUAL TABLE story_text USING fts5(
    story, content = 'episode', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER episode_is_append_only BEFORE UPDATE ON episode
BEGIN SELECT RAISE(ABORT, 'episodes never change'); END;
CREATE TRIGGER episode_is_kept BEFORE DELETE ON episode
BEGIN SELECT RAISE(ABORT, 'episodes are kept'); END;

CREATE TABLE token_trace (
    episode INTEGER PRIMARY KEY REFERENCES episode (id),
    kl BLOB NOT NULL,
    value BLOB NOT NULL,
    advantage BLOB NOT NULL
) STRICT;

CREATE TABLE evaluation (
    id INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL REFERENCES attempt (number),
    phase TEXT NOT NULL CHECK (phase IN ('before', 'checkpoint', 'after')),
    update_number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    input_words INTEGER NOT NULL,
    digest TEXT NOT NULL,
    results TEXT NOT NULL CHECK (json_valid(results))
) STRICT;
CREATE INDEX evaluation_by_phase ON evaluation (phase, update_number);

-- Of each phase and update the latest, unless the weights it judged were superseded.
CREATE VIEW current_evaluation AS
SELECT * FROM evaluation AS recorded
WHERE NOT EXISTS (
    SELECT 1 FROM evaluation AS newer
    WHERE newer.phase = recorded.phase AND newer.update_number = recorded.update_number AND newer.id > recorded.id
) AND NOT EXISTS (
    SELECT 1 FROM attempt AS later
    WHERE later.number > recorded.attempt AND later.first_number <= recorded.update_number
);

CREATE TABLE sample (
    id INTEGER PRIMARY KEY,
    evaluation INTEGER NOT NULL REFERENCES evaluation (id),
    seed INTEGER NOT NULL,
    prompt INTEGER NOT NULL REFERENCES prompt (id),
    story TEXT NOT NULL,
    tokens BLOB NOT NULL,
    words INTEGER NOT NULL,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    UNIQUE (evaluation, seed)
) STRICT;

-- What one rater said of one story. total is the sum of the scores as the rubric weighs them;
-- without one the rating was unreadable and has no rows in score.
CREATE TABLE rating (
    id INTEGER PRIMARY KEY,
    episode INTEGER REFERENCES episode (id),
    sample INTEGER REFERENCES sample (id),
    rater TEXT NOT NULL REFERENCES rater (id),
    at INTEGER NOT NULL,
    reading TEXT NOT NULL,
    total REAL,
    reply TEXT,
    off_format_mass REAL,
    blind INTEGER CHECK (blind IN (0, 1)),
    dwell_ms INTEGER,
    CHECK ((episode IS NULL) <> (sample IS NULL))
) STRICT;
CREATE INDEX rating_of_episode ON rating (episode) WHERE episode IS NOT NULL;
CREATE INDEX rating_of_sample ON rating (sample) WHERE sample IS NOT NULL;

CREATE TABLE score (
    rating INTEGER NOT NULL REFERENCES rating (id),
    criterion TEXT NOT NULL,
    value REAL NOT NULL,
    probabilities TEXT CHECK (json_valid(probabilities)),
    PRIMARY KEY (rating, criterion)
) STRICT, WITHOUT ROWID;

CREATE TABLE pretrain_step (
    id INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL REFERENCES attempt (number),
    step INTEGER NOT NULL CHECK (step > 0),
    at INTEGER NOT NULL,
    words INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    loss REAL NOT NULL,
    validation_loss REAL,
    lr REAL NOT NULL,
    gradient_norm REAL NOT NULL,
    UNIQUE (attempt, step)
) STRICT;

CREATE VIEW current_pretrain_step AS
SELECT * FROM pretrain_step AS recorded
WHERE NOT EXISTS (
    SELECT 1 FROM attempt AS later
    WHERE later.number > recorded.attempt AND later.first_number <= recorded.step
);

-- What lies on disk now, relative to the run folder; taking one again replaces its row.
CREATE TABLE checkpoint (
    path TEXT PRIMARY KEY,
    attempt INTEGER NOT NULL REFERENCES attempt (number),
    kind TEXT NOT NULL CHECK (kind IN ('initial', 'milestone', 'final')),
    at INTEGER NOT NULL,
    words INTEGER NOT NULL,
    update_number INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
