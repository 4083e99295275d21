// Builds the styles, scripts and icons of the pages from src/ into dist/. Every *.ts and *.css file that lies directly
// in src/ becomes one file of the same name; what they import is bundled into it. The design system's styles are
// taken without its web font, which only the NHS website may use, and its pictures only where the styles name them, so
// that nothing is ever loaded from elsewhere.
import { mkdir, readFile, readdir, rm, copyFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const src = join(here, 'src')
const dist = join(here, 'dist')
const require = createRequire(import.meta.url)
const nhsuk = dirname(require.resolve('nhsuk-frontend')) // the folder of its built files

// withoutFont takes the web font out of the design system's styles, and stops if they are no longer as expected.
function withoutFont(css) {
  const faces = css.match(/@font-face\s*{[^}]*}/g) ?? []
  if (faces.length !== 2) {
    throw new Error(`nhsuk-frontend.css has ${faces.length} @font-face rules, expected 2: look at what changed`)
  }
  const out = css
    .replace(/@font-face\s*{[^}]*}/g, '')
    .replaceAll('"Frutiger W01", arial, sans-serif', 'arial, "Helvetica Neue", helvetica, system-ui, sans-serif')
  if (/frutiger|https?:\/\/(?!www\.w3\.org)/i.test(out)) {
    throw new Error('nhsuk-frontend.css still names the web font or an address elsewhere: look at what changed')
  }
  return out
}

const designSystem = {
  name: 'design system',
  setup(build) {
    build.onResolve({ filter: /^\/assets\/images\// }, ({ path }) => ({ path: join(nhsuk, path) }))
    build.onLoad({ filter: /nhsuk-frontend\.css$/ }, async ({ path }) => ({
      contents: withoutFont(await readFile(path, 'utf8')),
      loader: 'css',
    }))
  },
}

// empty removes what an earlier build left, and keeps README, without which the program cannot be built.
async function empty(folder) {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    if (name !== 'README') await rm(join(folder, name), { recursive: true })
  }
}

await empty(dist)
const files = (await readdir(src, { withFileTypes: true })).filter((f) => f.isFile()).map((f) => f.name)
await esbuild.build({
  entryPoints: files.filter((name) => /(?<!\.d)\.ts$|\.css$/.test(name)).map((name) => join(src, name)),
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome100', 'edge100', 'firefox100', 'safari15'],
  legalComments: 'none',
  loader: { '.svg': 'file' },
  assetNames: 'images/[name]-[hash]',
  logLevel: 'info',
  plugins: [designSystem],
})
for (const name of files.filter((name) => /\.(svg|png|webmanifest)$/.test(name))) {
  await copyFile(join(src, name), join(dist, name))
}
