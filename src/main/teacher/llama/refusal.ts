/** Why a model cannot be the teacher, as the end of a sentence that began with its name. */
export class Refusal extends Error {}
