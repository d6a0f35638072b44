/** What a set is for, and which part of it each story belongs to. Sets of before are for agreement. */
export const setPurposeSchema = `
ALTER TABLE rating_set ADD COLUMN purpose TEXT NOT NULL DEFAULT 'agreement'
    CHECK (purpose IN ('agreement', 'gain', 'known-truth'));

-- before or after (gain: attempt and episode are the evaluation's attempt and the row of the sample in run.sqlite), sound
-- or the planted defect (known-truth: run, attempt and episode name a story of the storyworld); NULL in the others
ALTER TABLE story ADD COLUMN part TEXT;
`;
