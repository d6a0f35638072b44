/** What students said of the pairs of sentences that guard their grammar while they learn. */
export const guardSchema = `
-- A pair of sentences, the grammatical one first. A battery's name stands for its very sentences.
CREATE TABLE guard_pair (
    id INTEGER PRIMARY KEY,
    battery TEXT NOT NULL,
    phenomenon TEXT NOT NULL,
    -- Within its phenomenon, from 0.
    number INTEGER NOT NULL CHECK (number >= 0),
    good TEXT NOT NULL,
    bad TEXT NOT NULL,
    UNIQUE (battery, phenomenon, number)
) STRICT;

-- One reading of a battery, after an update; 0 before the first.
CREATE TABLE guard_reading (
    id INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL REFERENCES attempt (number),
    update_number INTEGER NOT NULL CHECK (update_number >= 0),
    at INTEGER NOT NULL,
    input_words INTEGER NOT NULL,
    battery TEXT NOT NULL,
    -- Names the weights that read.
    digest TEXT NOT NULL,
    seconds REAL NOT NULL CHECK (seconds >= 0)
) STRICT;

-- Log-probabilities of the two sentences, nats.
CREATE TABLE guard_score (
    reading INTEGER NOT NULL REFERENCES guard_reading (id),
    pair INTEGER NOT NULL REFERENCES guard_pair (id),
    good REAL NOT NULL,
    bad REAL NOT NULL,
    PRIMARY KEY (reading, pair)
) STRICT, WITHOUT ROWID;

-- Of each update the latest, unless the weights that read were superseded.
CREATE VIEW current_guard_reading AS
SELECT * FROM guard_reading AS recorded
WHERE NOT EXISTS (
    SELECT 1 FROM guard_reading AS newer
    WHERE newer.update_number = recorded.update_number AND newer.battery = recorded.battery AND newer.id > recorded.id
) AND NOT EXISTS (
    SELECT 1 FROM attempt AS later
    WHERE later.number > recorded.attempt AND later.first_number <= recorded.update_number
);
`;
