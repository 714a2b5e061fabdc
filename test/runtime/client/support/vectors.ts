export interface Vector {
  readonly title: string
  /** Bytes of the stream, written as Latin-1, or text. */
  readonly stream: string
  /** Data and last event id of what is dispatched to `onmessage`. */
  readonly want: readonly (readonly [string, string?])[]
}

const LONG = 'x'.repeat(2048)

/** From the web platform tests, eventsource/format-*. */
export const VECTORS: Vector[] = [
  { title: 'bom', stream: '\uFEFFdata:1\n\n\uFEFFdata:2\n\ndata:3\n\n', want: [['1'], ['3']] },
  { title: 'bom-2', stream: '\uFEFF\uFEFFdata:1\n\ndata:2\n\ndata:3\n\n', want: [['2'], ['3']] },
  {
    title: 'comments',
    stream: `data:1\r:\0\n:\r\ndata:2\n:${LONG}\rdata:3\n:data:fail\r:${LONG}\ndata:4\n\n`,
    want: [['1\n2\n3\n4']],
  },
  {
    title: 'data-before-final-empty-line',
    stream: 'retry:1000\ndata:test1\n\nid:test\ndata:test2',
    want: [['test1', '']],
  },
  {
    title: 'field-data',
    stream: 'data:\n\ndata\ndata\n\ndata:test\n\n',
    want: [[''], ['\n'], ['test']],
  },
  { title: 'field-event-empty', stream: 'event: \ndata:data\n\n', want: [['data']] },
  { title: 'field-event', stream: 'event:test\ndata:x\n\ndata:y\n\n', want: [['y']] },
  { title: 'field-id', stream: 'id: …\ndata: hello\n\n', want: [['hello', '…']] },
  {
    title: 'field-id-2',
    stream: 'id: …\ndata: hello\n\ndata: …\n\ndata: …\n\n',
    want: [
      ['hello', '…'],
      ['…', '…'],
      ['…', '…'],
    ],
  },
  {
    title: 'field-id-3, persists',
    stream: 'id: 1\ndata: 1\n\ndata: 2\n\nid: 2\ndata:3\n\ndata:4\n\n',
    want: [
      ['1', '1'],
      ['2', '1'],
      ['3', '2'],
      ['4', '2'],
    ],
  },
  {
    title: 'field-id-3, resets',
    stream: 'id: 1\ndata:1\n\nid:\ndata:2\n\ndata:3\n\n',
    want: [
      ['1', '1'],
      ['2', ''],
      ['3', ''],
    ],
  },
  {
    title: 'field-id-3, resets without a colon',
    stream: 'id: 1\ndata:1\n\nid\ndata:2\n\ndata:3\n\n',
    want: [
      ['1', '1'],
      ['2', ''],
      ['3', ''],
    ],
  },
  {
    title: 'field-id-null',
    stream: ['\0\0', 'x\0', '\0x', 'x\0x', ' \0'].map((id) => `id: ${id}\ndata:hello\n\n`).join(''),
    want: Array.from({ length: 5 }, () => ['hello', ''] as const),
  },
  {
    title: 'field-parsing',
    stream:
      'data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n',
    want: [['\0\n 2\n1\n3\n\n4']],
  },
  { title: 'field-retry', stream: 'retry:3000\ndata:x\n\n', want: [['x']] },
  { title: 'field-retry-bogus', stream: 'retry:3000\nretry:1000x\ndata:x\n\n', want: [['x']] },
  { title: 'field-retry-empty', stream: 'retry\ndata:test\n\n', want: [['test']] },
  {
    title: 'field-unknown',
    stream: 'data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n',
    want: [['test\n\ntest']],
  },
  {
    title: 'leading-space',
    stream: 'data:\ttest\rdata: \ndata:test\n\n',
    want: [['\ttest\n\ntest']],
  },
  { title: 'newlines', stream: 'data:test\r\ndata\ndata:test\r\n\r', want: [['test\n\ntest']] },
  { title: 'null-character', stream: 'data:\0\n\n', want: [['\0']] },
  { title: 'utf-8', stream: 'data:ok…\n\n', want: [['ok…']] },
  {
    title: 'event-data',
    stream: 'data:msg\ndata: msg\n\n:\ndata:\n\ndata\n\ndata:end\n\n',
    want: [['msg\nmsg'], [''], [''], ['end']],
  },
]

/** What these vectors leave open. */
export const MORE: Vector[] = [
  {
    title: 'an id without data counts for the events behind it',
    stream: 'id: 1\ndata: a\n\nid: 2\n\ndata: b\n\nevent: x\nid: 3\n\nid: 4\nid: 5\n\ndata: c\n\n',
    want: [
      ['a', '1'],
      ['b', '2'],
      ['c', '5'],
    ],
  },
  {
    title: 'an id without data and with NUL does not count',
    stream: 'id: 1\ndata: a\n\nid: 2\0\n\ndata: b\n\nidentity: 3\n\nid_: 4\n\ndata: c\n\n',
    want: [
      ['a', '1'],
      ['b', '1'],
      ['c', '1'],
    ],
  },
  {
    title: 'ids behind their data, and fields that begin alike',
    stream:
      'data: a\nid: 1\n\nid: 2\nevent:\ndatabase: x\ndata: b\n\nid: 3\ndatabase: y\n\ndata: c\n\n',
    want: [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
  },
  {
    title: 'an id of an unfinished event does not count',
    stream: 'id: 1\ndata: a\n\nid: 2\ndata: b\n',
    want: [['a', '1']],
  },
  {
    title: 'CR alone ends lines and events, without waiting for what follows',
    stream: 'data: a\r\rdata: b\rid: 2\r\r',
    want: [
      ['a', ''],
      ['b', '2'],
    ],
  },
  {
    title: 'CRLF',
    stream: 'id: 1\r\ndata: a\r\n\r\nid: 2\r\n\r\ndata: b\r\n\r\n',
    want: [
      ['a', '1'],
      ['b', '2'],
    ],
  },
  {
    title: 'characters of four bytes',
    stream: 'id: 😀\ndata: 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 😀\n\n',
    want: [['𝔘𝔫𝔦𝔠𝔬𝔡𝔢 😀', '😀']],
  },
  {
    title: 'comments without blank lines between events',
    stream: ':\n:\n: a\ndata: a\n:\n\n:\n:\ndata: b\n\n',
    want: [['a'], ['b']],
  },
]
