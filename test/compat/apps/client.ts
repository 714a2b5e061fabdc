import { scenario } from './scenario'

// Runs the scenario as a process, which must end by itself: nothing may be left that keeps it.

declare const process: { readonly argv: readonly string[] }

const [, , origin = '', publisher] = process.argv
void scenario(origin, publisher).then((result) => console.log(result))
