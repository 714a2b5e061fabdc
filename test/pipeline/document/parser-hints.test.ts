import { parserHints, parserHintText } from '../../../pipeline/document/parser-hints'

const diagnostic = (path: string, message = '', code = 'asyncapi-document-resolved') => ({
  code,
  message,
  path: path.split(' '),
  severity: 0,
})

describe('a refusal of the parser gets a hint', () => {
  test.each([
    ['components schemas A discriminator', '', undefined, 'x-discriminator'],
    ['channels a#b', '', 'asyncapi2-channel-no-query-nor-fragment', 'bindings.http.query'],
    [
      'channels',
      '"channels" property must match format "uri-template"',
      undefined,
      '"{userId}", not "{user-id}"',
    ],
    ['channels a parameters id schema', '', undefined, 'has no schema'],
    [
      'channels a parameters mode',
      'Channel\'s "parameters" object has redundant defined "mode" parameter.',
      'asyncapi3-channel-parameters',
      'move a query parameter',
    ],
    [
      'channels a parameters',
      'Not all channel\'s parameters are described with "parameters" object. Missed: c.',
      'asyncapi3-channel-parameters',
      'describe it there',
    ],
    [
      'operations a messages 0',
      '',
      'asyncapi3-operation-messages-from-referred-channel',
      'the messages of its channel',
    ],
    ['components schemas A schemaFormat', '', undefined, 'no format of its own'],
    [
      'components messages A examples 0 payload x',
      'must be equal to one of the allowed values',
      'asyncapi2-message-examples',
      'add null',
    ],
    ['info tags', '', undefined, 'root of the document'],
    ['components securitySchemes key in', '', undefined, 'httpApiKey'],
    ['components securitySchemes token bearerFormat', '', undefined, 'scheme: bearer'],
    [
      'components securitySchemes login flows implicit',
      '"implicit" property must have required property "availableScopes"',
      undefined,
      'availableScopes',
    ],
  ])('%s', (path, message, code, hint) => {
    const [found = '', ...others] = parserHints([diagnostic(path, message, code)])
    expect(others).toEqual([])
    expect(found).toContain(hint)
  })

  test('once for all places, with a pointer and a count', () => {
    const paths = ['components schemas A/B discriminator', 'components schemas C discriminator']
    const [hint = ''] = parserHints(paths.map((path) => diagnostic(path)))
    expect(hint).toMatch(/^#\/components\/schemas\/A~1B\/discriminator \(and 1 more\): /)
  })

  test('but not for a member that the parser reports for every invalid security scheme', () => {
    const message = '"token" property must have required property "name"'
    expect(parserHints([diagnostic('components securitySchemes token', message)])).toEqual([])
  })

  test('but not if nothing is known, and not for a warning', () => {
    const warning = { ...diagnostic('info tags'), severity: 1 }
    expect(parserHintText([diagnostic('info title'), warning])).toBe('')
  })
})
