/**
 * The first schema of benchmarks.sqlite: what students said of the items of benchmarks. Items are kept once, by what is
 * in them, so that students are compared item by item whatever folder they were read from. What is counted from the
 * scores is computed when it is asked for.
 */
export const benchmarksSchema = `
-- One student that read some tasks.
CREATE TABLE benchmark (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- Folders of the student and of the tasks, as they lay then.
    checkpoint TEXT NOT NULL,
    data TEXT NOT NULL,
    -- A JSON array of the tasks asked for; empty: all that are there.
    only_tasks TEXT NOT NULL CHECK (json_valid(only_tasks)),
    preset TEXT NOT NULL,
    config TEXT NOT NULL CHECK (json_valid(config)),
    storyloop TEXT NOT NULL,
    -- Known once the student is open.
    student TEXT CHECK (student IS NULL OR json_valid(student)),
    device TEXT,
    finished_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE benchmark_task (
    benchmark TEXT NOT NULL REFERENCES benchmark (id) ON DELETE CASCADE,
    task TEXT NOT NULL,
    dataset TEXT NOT NULL,
    -- Of all items in their order, and how many they are.
    digest TEXT NOT NULL,
    items INTEGER NOT NULL CHECK (items > 0),
    PRIMARY KEY (benchmark, task)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 16),
    content TEXT NOT NULL CHECK (json_valid(content))
) STRICT;

CREATE TABLE score (
    benchmark TEXT NOT NULL,
    task TEXT NOT NULL,
    -- Of the item among those of the task, from 0.
    place INTEGER NOT NULL CHECK (place >= 0),
    item INTEGER NOT NULL REFERENCES item (id),
    -- A JSON array, nats; null for a text that was too long for the student.
    logprobs TEXT NOT NULL CHECK (json_valid(logprobs)),
    PRIMARY KEY (benchmark, task, place),
    FOREIGN KEY (benchmark, task) REFERENCES benchmark_task (benchmark, task) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
`;
