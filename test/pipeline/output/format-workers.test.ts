import { startWorkers } from '../../../pipeline/generate'
import { parseDocument } from '../../support/document'
import { scratchFolder } from '../../support/folder'

test('few channels start no threads: the amount to format is known after rendering', async () => {
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: 'Small', version: '1.0.0' },
    channels: { a: { address: 'a', messages: { said: { payload: { type: 'string' } } } } },
  })
  expect(startWorkers({ document, folder: scratchFolder() })).toBeUndefined()
})
