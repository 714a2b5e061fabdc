import { startThreads } from '../../pipeline/generate'
import { parseDocument } from '../support/document'
import { scratchFolder } from '../support/folder'

test('few channels start no threads: how much there is to format shows when it is rendered', async () => {
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: 'Small', version: '1.0.0' },
    channels: { a: { address: 'a', messages: { said: { payload: { type: 'string' } } } } },
  })
  expect(startThreads({ document, folder: scratchFolder() })).toBeUndefined()
})
