/** Why a model cannot be the teacher, as the end of a sentence that began with its name. */
export class Refusal extends Error {}

/** A GPU that does not compute: its message is what llama.cpp said. */
export class DeviceFailure extends Error {}
