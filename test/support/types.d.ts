declare module '@asyncapi/generator/lib/parser.js'
