/** Mutants that no test can notice, because nothing changes that anyone could see: by file, beginning of the name and reason. */
export const EQUIVALENT: Readonly<Record<string, readonly (readonly [string, string])[]>> = {}
