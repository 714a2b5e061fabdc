import { connectEventSourceClient } from './interop-eventsource-client'
import { resume } from './resume'

declare const process: { readonly argv: readonly string[] }

const origin = process.argv[2] ?? ''
void resume(origin, origin, connectEventSourceClient).then((result) => console.log(result))
