/** What a language model says beside its scores: how unsure it was, how far an ensemble was apart, what it ran on. */
export const languageModelsSchema = `
-- Mean over the criteria of the Shannon entropy of their score probabilities, nats.
ALTER TABLE rating ADD COLUMN entropy REAL;
-- Of an ensemble: standard deviation of its members' totals.
ALTER TABLE rating ADD COLUMN disagreement REAL;
-- What ratings depend on besides the rubric: model, digest, device, threads. Never a path or a host.
ALTER TABLE rater ADD COLUMN details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details));
`;
