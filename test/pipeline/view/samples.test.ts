import { outputFiles, plan } from '../../../pipeline/generate'
import { loadTemplates } from '../../../pipeline/render/templates'
import { Samples } from '../../../pipeline/samples/samples'
import { parseDocument, parseFile } from '../../support/document'

afterEach(() => {
  jest.restoreAllMocks()
})

test.each([
  { scaffold: 'false', isComputed: false },
  { scaffold: 'true', isComputed: true },
])('with scaffold=$scaffold, a run computes samples: $isComputed', async (parameters) => {
  const payload = jest.spyOn(Samples.prototype, 'samplePayload')
  const channel = jest.spyOn(Samples.prototype, 'sampleChannel')
  const document = await parseFile('examples/rooms.yaml')
  const { view } = plan({ document, parameters: { scaffold: parameters.scaffold } })
  outputFiles(view, loadTemplates(undefined))
  expect(payload.mock.calls.length > 0).toBe(parameters.isComputed)
  expect(channel.mock.calls.length > 0).toBe(parameters.isComputed)
})

test('a sample is computed once, at its first use, and is frozen', async () => {
  const compute = jest.spyOn(Samples.prototype, 'samplePayload')
  const document = await parseFile('examples/rooms.yaml')
  const { view } = plan({ document, parameters: {} })
  const event = view.channels[0]?.events[0]
  expect(compute).not.toHaveBeenCalled()
  const sample = event?.sample
  expect(event?.sample).toBe(sample)
  expect(compute).toHaveBeenCalledTimes(1)
  expect(sample?.value).toEqual(expect.objectContaining({}))
  expect(Object.isFrozen(sample?.value)).toBe(true)
})

test('the sample of an address skips examples that are no path segments', async () => {
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: 'Test', version: '1' },
    channels: {
      file: {
        address: 'files/{name}',
        parameters: { name: { examples: ['', '.', '..', 'a/1'] } },
        messages: { changed: { payload: { type: 'string' } } },
      },
    },
  })
  const { view } = plan({ document, parameters: {} })
  expect(view.channels[0]?.example).toMatchObject({
    hasAllValues: true,
    parameters: { name: 'a/1' },
    path: { text: '/files/a%2F1' },
  })
})
