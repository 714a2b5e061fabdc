/** Packages that the pages import, and that this project does not have: the members that the pages use. */
declare module 'vite' {
  export function defineConfig(config: {
    plugins?: unknown[]
    server?: { proxy?: Readonly<Record<string, string>> }
  }): unknown
}
declare module '@vitejs/plugin-react' {
  export default function react(): unknown
}
