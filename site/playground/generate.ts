// The worker of the playground page: the pipeline of the pack on one document, without a server. `bundle.js` replaces
// Node's modules by those in node-modules.ts, and embeds the templates and the runtime.
import { generateFiles, type GenerateRequest, type GenerateResult } from './generate-files'

const worker = self as unknown as {
  onmessage: ((event: { readonly data: GenerateRequest }) => void) | null
  postMessage(result: GenerateResult): void
}

worker.onmessage = ({ data }) => {
  void generateFiles(data).then((result) => {
    worker.postMessage(result)
  })
}
