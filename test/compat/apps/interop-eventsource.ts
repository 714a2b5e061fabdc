import { EventSource } from 'eventsource'
import { connectStandard, resume } from './resume'

declare const process: { readonly argv: readonly string[] }

const origin = process.argv[2] ?? ''
void resume(origin, origin, connectStandard(EventSource)).then((result) => console.log(result))
