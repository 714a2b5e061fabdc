import { EventSource } from 'eventsource'
import { report } from './report'
import { scenario } from './scenario'

// The `eventsource` package in a browser, in place of the browser's own.

report(scenario(location.origin, location.origin, { EventSource }))
