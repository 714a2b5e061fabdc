/** Listens to the URL that it is given, and does nothing else: does its process stay? */
import { listen } from '../../../../runtime/fetch-client'
import { ticks } from '../support/channels'

const closing = process.argv.includes('close')
const subscription = listen(
  ticks,
  (_message, _parameters, error) => {
    console.log(error)
    if (closing) subscription.close()
  },
  null,
  {
    baseUrl: process.argv.at(-1) ?? '',
    reconnect: { initialDelay: 100, factor: 1, maxAttempts: 4 },
  },
)
