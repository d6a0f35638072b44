/** The trial inside the loop: what the teacher and a judge that never rewards said of the same fresh stories. */
export const holdOutSchema = `
-- One reading, after an update; 0 before the first.
CREATE TABLE holdout_reading (
    id INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL REFERENCES attempt (number),
    update_number INTEGER NOT NULL CHECK (update_number >= 0),
    at INTEGER NOT NULL,
    input_words INTEGER NOT NULL,
    -- Names the weights that wrote.
    digest TEXT NOT NULL,
    -- Ids of raters.
    teacher TEXT NOT NULL,
    judge TEXT NOT NULL,
    seconds REAL NOT NULL CHECK (seconds >= 0)
) STRICT;

-- Equal seeds differ in nothing but the weights.
CREATE TABLE holdout_story (
    reading INTEGER NOT NULL REFERENCES holdout_reading (id),
    seed INTEGER NOT NULL CHECK (seed >= 0),
    prompt INTEGER NOT NULL REFERENCES prompt (id),
    story TEXT NOT NULL,
    words INTEGER NOT NULL,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    -- Of policy and reference over its tokens, nats.
    kl REAL NOT NULL,
    -- Totals; null where the rating could not be read.
    teacher_total REAL,
    judge_total REAL,
    PRIMARY KEY (reading, seed)
) STRICT, WITHOUT ROWID;

-- Of each update the latest, unless the weights that wrote were superseded.
CREATE VIEW current_holdout_reading AS
SELECT * FROM holdout_reading AS recorded
WHERE NOT EXISTS (
    SELECT 1 FROM holdout_reading AS newer
    WHERE newer.update_number = recorded.update_number AND newer.id > recorded.id
) AND NOT EXISTS (
    SELECT 1 FROM attempt AS later
    WHERE later.number > recorded.attempt AND later.first_number <= recorded.update_number
);
`;
