export { Buffer } from './node-modules'
