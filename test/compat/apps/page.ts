import { scenario } from './scenario'
import { report } from './report'

// The scenario in a browser, from a page of the server.

report(scenario(location.origin))
